/*
 * Each round makes a link that two other sides want and gets in one of them, posts from two threads, shares memory, and
 * closes it while all of that goes on. What arrives has to be whole and in the order of its thread, what is shared has to
 * be the same memory, and nothing may stay: no waiting thread, no file, no descriptor. Exits 0 when all rounds came through.
 */
#define _GNU_SOURCE
#include "rill.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define ROUNDS 200
#define POSTERS 2
#define REGION_BYTES 4096
#define ENOUGH 50
#define WAIT_NS 5000000000ull
#define PATTERN 0x5ac396f01e87d24bull

#define CHECK(condition, what) check((condition), __LINE__, (what))

static char path[64];
static uint64_t link_handle;
static rill_region_info region;
static _Atomic uint64_t received;
static _Atomic int others_in;
static _Atomic bool is_over;

static void check(bool is_good, int line, const char *what) {
    if (!is_good) {
        char text[256] = "";
        rill_last_error((uint64_t) (uintptr_t) text, sizeof text);
        fprintf(stderr, "link: line %d: %s, last error: %s\n", line, what, text);
        _exit(1);
    }
}

static uint64_t address(const void *place) {
    return (uint64_t) (uintptr_t) place;
}

/* ---- this side ---- */

static void *let_in(void *unused) {
    (void) unused;
    int32_t code = RILL_TIMEOUT;
    while (code == RILL_TIMEOUT) {
        code = rill_link_await(link_handle, WAIT_NS);
    }
    CHECK(code == getpid() || code == RILL_BUSY || code == RILL_CLOSED || code == RILL_BAD_HANDLE
          || (code == RILL_UNSUPPORTED && atomic_load(&is_over)), "await");
    atomic_fetch_add(&others_in, code > 0 ? 1 : 0);
    return NULL;
}

static void *post(void *number) {
    const uint64_t first = (uint64_t) (uintptr_t) number << 32;
    for (uint64_t i = 0; !atomic_load(&is_over);) {
        const int32_t code = rill_link_post(link_handle, first + i);
        if (code == RILL_OK) {
            i++;
        } else if (code != RILL_BACK_PRESSURED) {
            CHECK(code == RILL_CLOSED || code == RILL_BAD_HANDLE, "post");
        }
    }
    return NULL;
}

static void *wait_for_messages(void *unused) {
    (void) unused;
    int32_t code = 0;
    while (code >= 0) {
        code = rill_link_wait(link_handle, WAIT_NS);
    }
    CHECK(code == RILL_CLOSED || code == RILL_BAD_HANDLE, "wait");
    return NULL;
}

/* ---- the other side ---- */

static void take_memory(const struct msghdr *message) {
    const struct cmsghdr *header = CMSG_FIRSTHDR(message);
    int fd = -1;
    CHECK(header != NULL && header->cmsg_type == SCM_RIGHTS, "memory without its descriptor");
    memcpy(&fd, CMSG_DATA(header), sizeof fd);
    const uint64_t *there = mmap(NULL, REGION_BYTES, PROT_READ, MAP_SHARED, fd, 0);
    CHECK(there != MAP_FAILED && *there == PATTERN, "memory of the other side");
    munmap((void *) (uintptr_t) there, REGION_BYTES);
    close(fd);
}

static void *be_the_other_side(void *unused) {
    (void) unused;
    struct sockaddr_un place = {.sun_family = AF_UNIX};
    strcpy(place.sun_path, path);
    const int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    uint64_t next[POSTERS] = {0};
    /* Refused once the link has closed: then there is nothing to see here. */
    bool is_there = connect(fd, (struct sockaddr *) &place, sizeof place) == 0;
    while (is_there) {
        rill_link_message got;
        char control[CMSG_SPACE(sizeof(int))] = "";
        struct iovec vector = {.iov_base = &got, .iov_len = sizeof got};
        struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1, .msg_control = control,
                                 .msg_controllen = sizeof control};
        const ssize_t length = recvmsg(fd, &message, MSG_CMSG_CLOEXEC);
        is_there = length > 0;
        CHECK(length <= 0 || length == sizeof got, "part of a message");
        if (is_there && got.kind == RILL_MESSAGE_SHARE) {
            take_memory(&message);
        } else if (is_there) {
            CHECK(got.kind == RILL_MESSAGE_POST && (uint32_t) got.value == next[got.value >> 32], "order of posts");
            next[got.value >> 32]++;
            atomic_fetch_add(&received, 1);
            send(fd, "", 1, MSG_NOSIGNAL | MSG_DONTWAIT);
        }
    }
    close(fd);
    return NULL;
}

/* ---- rounds ---- */

static void await_posts(void) {
    while (atomic_load(&received) < ENOUGH) {
        usleep(50);
    }
}

static void share(void) {
    int32_t code = RILL_BACK_PRESSURED;
    while (code == RILL_BACK_PRESSURED) {
        code = rill_link_share(link_handle, region.region, 7);
    }
    CHECK(code == RILL_OK, "share");
}

static void *close_link(void *unused) {
    (void) unused;
    const int32_t code = rill_link_close(link_handle);
    CHECK(code == RILL_OK || code == RILL_BAD_HANDLE, "close");
    return NULL;
}

static void round_of_a_link(int round) {
    pthread_t others[2], doors[2], posters[POSTERS], waiter, closer;
    atomic_store(&received, 0);
    atomic_store(&others_in, 0);
    atomic_store(&is_over, false);
    CHECK(rill_link_listen(address(path), address(&link_handle)) == RILL_OK, "listen");
    uint64_t second = 0;
    CHECK(rill_link_listen(address(path), address(&second)) == RILL_UNSUPPORTED, "a second link of the same path");
    for (int i = 0; i < 2; i++) {
        pthread_create(&others[i], NULL, be_the_other_side, NULL);
        pthread_create(&doors[i], NULL, let_in, NULL);
    }
    while (atomic_load(&others_in) == 0) {
        usleep(50);
    }
    pthread_create(&waiter, NULL, wait_for_messages, NULL);
    for (uintptr_t i = 0; i < POSTERS; i++) {
        pthread_create(&posters[i], NULL, post, (void *) i);
    }
    if (round % 2 == 0) {
        share();
        await_posts();
    }
    atomic_store(&is_over, true);
    pthread_create(&closer, NULL, close_link, NULL);
    close_link(NULL);
    pthread_join(closer, NULL);
    pthread_join(waiter, NULL);
    for (int i = 0; i < 2; i++) {
        pthread_join(others[i], NULL);
        pthread_join(doors[i], NULL);
        pthread_join(posters[i], NULL);
    }
    CHECK(atomic_load(&others_in) == 1, "one other side got in");
    CHECK(access(path, F_OK) != 0, "the file is gone");
    CHECK(rill_link_post(link_handle, 0) == RILL_BAD_HANDLE, "post to a closed link");
}

/* The lowest that is free. */
static int next_descriptor(void) {
    const int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
    close(fd);
    return fd;
}

int main(void) {
    snprintf(path, sizeof path, "/tmp/rill-link-%d", getpid());
    region.size = sizeof region;
    region.version = RILL_STRUCT_VERSION;
    const int before = next_descriptor();
    CHECK(rill_region_create(REGION_BYTES, address(&region)) == RILL_OK, "region");
    *(uint64_t *) (uintptr_t) region.base = PATTERN;
    for (int round = 0; round < ROUNDS; round++) {
        round_of_a_link(round);
    }
    CHECK(rill_region_close(region.region) == RILL_OK, "close of the region");
    CHECK(next_descriptor() == before, "descriptors left open");
    return 0;
}
