package dev.rill.bench.load;

/**
 * What makes a run a failure beyond a lost or wrong byte, which always does.
 *
 * @param countsOnly          whether a missed rate is forgiven.
 * @param maxSendsPerDelivery most sends per delivery; 0 for any number.
 */
record LoadGates(boolean countsOnly, double maxSendsPerDelivery) {
}
