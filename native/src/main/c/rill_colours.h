/* Matrices between the samples of frames and red, green and blue. */
#ifndef RILL_COLOURS_H
#define RILL_COLOURS_H

#include <stdint.h>

/*
 * `forward` and `backward` of red, green and blue become matrices of samples: three rows of four each, the last of them a
 * constant. Sources: ITU-R BT.601-7, BT.709-6.
 */
void rill_colours_mix(uint32_t colours, float *forward, float *backward);

#endif
