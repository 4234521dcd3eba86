/**
 * MPEG transport streams (ISO/IEC 13818-1) in plain Java: a push reader that holds nothing back and a writer whose
 * access units end visibly, so that the next reader need not hold them back either.
 */
package dev.rill.frame.ts;
