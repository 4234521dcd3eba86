/* Functions that the compiler makes several versions of, of which the loader picks the best one for the processor. */
#ifndef RILL_CLONES_H
#define RILL_CLONES_H

/* Not with sanitizers (RILL_NO_CLONES): the loader picks before a sanitizer is ready. */
#if defined(__x86_64__) && defined(__GLIBC__) && defined(__GNUC__) && !defined(__clang__) && __GNUC__ >= 12 \
    && !defined(RILL_NO_CLONES)
#define CLONES __attribute__((target_clones("default", "avx2", "arch=x86-64-v4")))
#else
#define CLONES
#endif

#endif
