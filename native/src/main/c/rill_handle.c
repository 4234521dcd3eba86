/* Handle tables: index plus generation, entered and left without locks. */
#include "rill_internal.h"

#define OPEN 0x80000000ull
#define SHUT 0x40000000ull /* refuses users, but is there */
#define ONE_GENERATION 0x100000000ull

static rill_entry tables[RILL_KINDS][RILL_MAX_OPEN];
static pthread_mutex_t inserting = PTHREAD_MUTEX_INITIALIZER;

static uint64_t generation_of(uint64_t word) {
    return word >> 32;
}

void rill_entries_visit(enum rill_kind kind, void (*visit)(rill_entry *entry)) {
    for (uint32_t i = 0; i < RILL_MAX_OPEN; i++) {
        rill_entry *entry = &tables[kind][i];
        uint64_t state = atomic_load(&entry->state);
        while ((state & (OPEN | SHUT)) != 0 && !atomic_compare_exchange_weak(&entry->state, &state, state + 1)) {
        }
        if ((state & (OPEN | SHUT)) != 0) {
            visit(entry);
            rill_entry_exit(entry);
        }
    }
}

uint64_t rill_entry_insert(enum rill_kind kind, void *object) {
    uint64_t handle = 0;
    pthread_mutex_lock(&inserting);
    for (uint32_t i = 0; i < RILL_MAX_OPEN && handle == 0; i++) {
        rill_entry *entry = &tables[kind][i];
        if (entry->object == NULL) {
            /* A fresh table has generation 0, which no handle has. */
            uint64_t generation = generation_of(atomic_load(&entry->state));
            generation = generation == 0 ? 1 : generation;
            entry->object = object;
            atomic_store(&entry->state, generation << 32 | OPEN);
            handle = generation << 32 | (uint64_t) (kind + 1) << 24 | i;
        }
    }
    pthread_mutex_unlock(&inserting);
    return handle;
}

static rill_entry *entry_at(enum rill_kind kind, uint64_t handle) {
    const uint32_t index = handle & 0xffffff;
    const uint32_t tag = handle >> 24 & 0xff;
    return tag == (uint32_t) kind + 1 && index < RILL_MAX_OPEN ? &tables[kind][index] : NULL;
}

rill_entry *rill_entry_enter(enum rill_kind kind, uint64_t handle) {
    rill_entry *entry = entry_at(kind, handle);
    if (entry == NULL) {
        return NULL;
    }
    uint64_t state = atomic_load(&entry->state);
    while (generation_of(state) == generation_of(handle) && (state & OPEN) != 0) {
        if (atomic_compare_exchange_weak(&entry->state, &state, state + 1)) {
            return entry;
        }
    }
    return NULL;
}

rill_entry *rill_entry_hold(enum rill_kind kind, uint64_t handle) {
    rill_entry *entry = entry_at(kind, handle);
    if (entry == NULL) {
        return NULL;
    }
    uint64_t state = atomic_load(&entry->state);
    while (generation_of(state) == generation_of(handle)) {
        if (atomic_compare_exchange_weak(&entry->state, &state, state + 1)) {
            return entry;
        }
    }
    return NULL;
}

void rill_entry_retain(rill_entry *entry) {
    atomic_fetch_add(&entry->state, 1);
}

void rill_entry_exit(rill_entry *entry) {
    atomic_fetch_sub(&entry->state, 1);
}

bool rill_entry_is_open(rill_entry *entry) {
    return (atomic_load(&entry->state) & OPEN) != 0;
}

void rill_entry_shut(rill_entry *entry) {
    atomic_fetch_or(&entry->state, SHUT);
    atomic_fetch_and(&entry->state, ~OPEN);
}

rill_entry *rill_entry_peek(enum rill_kind kind, uint64_t handle) {
    rill_entry *entry = entry_at(kind, handle);
    return entry != NULL && generation_of(atomic_load(&entry->state)) == generation_of(handle) ? entry : NULL;
}

void *rill_entry_remove(rill_entry *entry, uint64_t handle, bool also_open) {
    uint64_t state = generation_of(handle) << 32 | SHUT;
    const uint64_t next = (generation_of(handle) << 32) + ONE_GENERATION;
    bool removed = atomic_compare_exchange_strong(&entry->state, &state, next);
    if (!removed && also_open) {
        state = generation_of(handle) << 32 | OPEN;
        removed = atomic_compare_exchange_strong(&entry->state, &state, next);
    }
    if (!removed) {
        return NULL;
    }
    pthread_mutex_lock(&inserting);
    void *object = entry->object;
    entry->object = NULL;
    pthread_mutex_unlock(&inserting);
    return object;
}
