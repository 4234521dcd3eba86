/*
 * Bounded queue for many producers and consumers: a ring of cells, each with a sequence number that says whose turn it
 * is. A producer claims a position by moving the tail, fills the cell, then releases it by its sequence; consumers do
 * the same with the head. Reservations keep the tail from lapping the head, so that a push never fails.
 */
#include "rill_internal.h"

#include <sched.h>

#define MASK (RILL_QUEUE_CAPACITY - 1)

_Static_assert((RILL_QUEUE_CAPACITY & MASK) == 0, "the capacity is a power of two");

void rill_queue_init(rill_queue *queue) {
    atomic_init(&queue->tail, 0);
    atomic_init(&queue->head, 0);
    atomic_init(&queue->reserved, 0);
    for (uint64_t i = 0; i < RILL_QUEUE_CAPACITY; i++) {
        atomic_init(&queue->cells[i].sequence, i);
    }
}

bool rill_queue_reserve(rill_queue *queue) {
    if (atomic_fetch_add(&queue->reserved, 1) < RILL_QUEUE_CAPACITY) {
        return true;
    }
    atomic_fetch_sub(&queue->reserved, 1);
    return false;
}

void rill_queue_unreserve(rill_queue *queue) {
    atomic_fetch_sub(&queue->reserved, 1);
}

void rill_queue_push(rill_queue *queue, rill_job *job) {
    const uint64_t position = atomic_fetch_add(&queue->tail, 1);
    rill_queue_cell *cell = &queue->cells[position & MASK];
    /* Reservations are counted, not positional: whoever took the job of this cell may not have read it yet. */
    while (atomic_load_explicit(&cell->sequence, memory_order_acquire) != position) {
        sched_yield();
    }
    cell->job = job;
    atomic_store(&cell->sequence, position + 1); /* In one order with what producers and consumers tell each other. */
}

rill_job *rill_queue_pop(rill_queue *queue) {
    uint64_t position = atomic_load_explicit(&queue->head, memory_order_relaxed);
    for (;;) {
        rill_queue_cell *cell = &queue->cells[position & MASK];
        const uint64_t sequence = atomic_load(&cell->sequence);
        if ((int64_t) (sequence - (position + 1)) < 0) {
            return NULL;
        }
        if (atomic_compare_exchange_weak(&queue->head, &position, position + 1)) {
            rill_job *job = cell->job;
            atomic_store_explicit(&cell->sequence, position + RILL_QUEUE_CAPACITY, memory_order_release);
            atomic_fetch_sub(&queue->reserved, 1);
            return job;
        }
    }
}

bool rill_queue_is_empty(rill_queue *queue) {
    return atomic_load(&queue->head) == atomic_load(&queue->tail);
}
