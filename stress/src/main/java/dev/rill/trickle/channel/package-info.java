/**
 * jcstress tests of the hand-written synchronisation of the channel core. In the package of what they test, because
 * that is nobody else's business.
 */
package dev.rill.trickle.channel;
