/*
 * Links: a socket between this process and one other that works for it. Both sides share memory; the socket carries
 * descriptors of that memory, short messages, and wake-ups, and its end tells each side that the other is gone.
 * Messages keep their borders and their order (SOCK_SEQPACKET, unix(7)).
 */
#define _GNU_SOURCE
#include "rill_internal.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#define NO_PEER (-1)
#define CLOSE_STEP_NS 50000
#define NS_PER_MS 1000000

typedef struct rill_link {
    int listener;
    _Atomic int peer;
    struct sockaddr_un address;
} rill_link;

static rill_entry *enter(uint64_t handle) {
    rill_entry *entry = rill_entry_enter(RILL_LINK, handle);
    if (entry == NULL) {
        rill_fail(RILL_BAD_HANDLE, "link handle %#llx is stale, closed or not a link", (unsigned long long) handle);
    }
    return entry;
}

static int32_t failed(const char *what) {
    return rill_fail(RILL_UNSUPPORTED, "link: %s: %s", what, strerror(errno));
}

/* ---- open and close ---- */

static int32_t bind_link(rill_link *link) {
    link->listener = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
    if (link->listener < 0) {
        return failed("socket");
    }
    const bool is_bound = bind(link->listener, (struct sockaddr *) &link->address, sizeof link->address) == 0;
    if (is_bound && listen(link->listener, 1) == 0) {
        return RILL_OK;
    }
    const int32_t code = failed(link->address.sun_path);
    if (is_bound) {
        unlink(link->address.sun_path);
    }
    close(link->listener);
    return code;
}

static void free_link(rill_link *link) {
    const int peer = atomic_load(&link->peer);
    if (peer != NO_PEER) {
        close(peer);
    }
    close(link->listener);
    unlink(link->address.sun_path);
    free(link);
}

int32_t rill_link_listen(uint64_t path, uint64_t handle) {
    const char *file = (const char *) (uintptr_t) path;
    uint64_t *result = (uint64_t *) (uintptr_t) handle;
    rill_link *link = calloc(1, sizeof *link);
    if (link == NULL) {
        return rill_fail(RILL_NO_MEMORY, "link: no memory");
    }
    if (file == NULL || result == NULL || strlen(file) >= sizeof link->address.sun_path) {
        free(link);
        return rill_fail(RILL_BAD_ARGUMENT, "link: expected a path of less than %zu bytes, and a place for the handle",
                         sizeof link->address.sun_path);
    }
    atomic_init(&link->peer, NO_PEER);
    link->address.sun_family = AF_UNIX;
    strcpy(link->address.sun_path, file);
    const int32_t code = bind_link(link);
    if (code != RILL_OK) {
        free(link);
        return code;
    }
    *result = rill_entry_insert(RILL_LINK, link);
    if (*result == 0) {
        free_link(link);
        return rill_fail(RILL_NO_MEMORY, "link: too many links are open");
    }
    return RILL_OK;
}

int32_t rill_link_close(uint64_t handle) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    rill_link *link = entry->object;
    rill_entry_shut(entry);
    /* Whoever waits on either of them wakes up. */
    shutdown(link->listener, SHUT_RDWR);
    const int peer = atomic_load(&link->peer);
    if (peer != NO_PEER) {
        shutdown(peer, SHUT_RDWR);
    }
    rill_entry_exit(entry);
    while (rill_entry_remove(entry, handle, false) == NULL) {
        if (rill_entry_peek(RILL_LINK, handle) == NULL) {
            return RILL_OK; /* Somebody else closed it as well. */
        }
        rill_sleep_ns(CLOSE_STEP_NS);
    }
    free_link(link);
    return RILL_OK;
}

/* ---- the other process ---- */

static int timeout_ms(uint64_t timeout_ns) {
    const uint64_t ms = timeout_ns / NS_PER_MS + (timeout_ns % NS_PER_MS > 0 ? 1 : 0);
    return ms > INT32_MAX ? INT32_MAX : (int) ms;
}

static int32_t await_readable(int fd, uint64_t timeout_ns) {
    struct pollfd wait = {.fd = fd, .events = POLLIN};
    const int ready = poll(&wait, 1, timeout_ms(timeout_ns));
    return ready > 0 ? RILL_OK : ready == 0 || errno == EINTR ? RILL_TIMEOUT : failed("poll");
}

static int32_t take_peer(rill_link *link) {
    const int peer = accept4(link->listener, NULL, NULL, SOCK_CLOEXEC);
    int none = NO_PEER;
    struct ucred who = {0};
    socklen_t length = sizeof who;
    if (peer < 0) {
        return failed("accept");
    }
    if (getsockopt(peer, SOL_SOCKET, SO_PEERCRED, &who, &length) != 0 || who.uid != geteuid()) {
        close(peer);
        return rill_fail(RILL_UNSUPPORTED, "link: the other process is of another user");
    }
    if (!atomic_compare_exchange_strong(&link->peer, &none, peer)) {
        close(peer);
        return rill_fail(RILL_BUSY, "link: has another process already");
    }
    return who.pid > 0 ? who.pid : 0;
}

int32_t rill_link_await(uint64_t handle, uint64_t timeout_ns) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    rill_link *link = entry->object;
    int32_t code = await_readable(link->listener, timeout_ns);
    if (code == RILL_OK) {
        code = rill_entry_is_open(entry) ? take_peer(link) : RILL_CLOSED;
    }
    rill_entry_exit(entry);
    return code;
}

/* ---- messages ---- */

static int32_t send_message(rill_link *link, const void *bytes, size_t length, int fd) {
    char control[CMSG_SPACE(sizeof fd)] = "";
    struct iovec vector = {.iov_base = (void *) (uintptr_t) bytes, .iov_len = length};
    struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
    if (fd >= 0) {
        message.msg_control = control;
        message.msg_controllen = sizeof control;
        struct cmsghdr *header = CMSG_FIRSTHDR(&message);
        header->cmsg_level = SOL_SOCKET;
        header->cmsg_type = SCM_RIGHTS;
        header->cmsg_len = CMSG_LEN(sizeof fd);
        memcpy(CMSG_DATA(header), &fd, sizeof fd);
    }
    const int peer = atomic_load(&link->peer);
    if (peer == NO_PEER) {
        return rill_fail(RILL_CLOSED, "link: there is no other process yet");
    }
    if (sendmsg(peer, &message, MSG_DONTWAIT | MSG_NOSIGNAL) == (ssize_t) length) {
        return RILL_OK;
    }
    return errno == EAGAIN || errno == ENOBUFS ? RILL_BACK_PRESSURED
        : rill_fail(RILL_CLOSED, "link: the other process is gone: %s", strerror(errno));
}

int32_t rill_link_post(uint64_t handle, uint64_t message) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    const rill_link_message posted = {.kind = RILL_MESSAGE_POST, .value = message};
    const int32_t code = send_message(entry->object, &posted, sizeof posted, -1);
    rill_entry_exit(entry);
    return code;
}

static int32_t share(rill_link *link, const rill_memory *memory, uint32_t tag) {
    const rill_link_message shared = {.kind = RILL_MESSAGE_SHARE, .tag = tag, .value = memory->bytes};
    if (memory->fd < 0) {
        return rill_fail(RILL_UNSUPPORTED, "link: this system has no memory that processes can share (memfd_create)");
    }
    return send_message(link, &shared, sizeof shared, memory->fd);
}

static int32_t share_object(rill_link *link, enum rill_kind kind, uint64_t object, uint32_t tag) {
    rill_entry *entry = rill_entry_enter(kind, object);
    if (entry == NULL) {
        return rill_fail(RILL_BAD_HANDLE, "link: handle %#llx to share is stale, or no pool and no region",
                         (unsigned long long) object);
    }
    const rill_memory *memory = kind == RILL_POOL ? &((rill_pool *) entry->object)->memory : entry->object;
    const int32_t code = share(link, memory, tag);
    rill_entry_exit(entry);
    return code;
}

int32_t rill_link_share(uint64_t handle, uint64_t object, uint32_t tag) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    const bool is_pool = rill_entry_peek(RILL_POOL, object) != NULL;
    const int32_t code = share_object(entry->object, is_pool ? RILL_POOL : RILL_REGION, object, tag);
    rill_entry_exit(entry);
    return code;
}

static int32_t drain(int peer) {
    uint8_t message[64];
    for (int32_t count = 0;; count++) {
        const ssize_t length = recv(peer, message, sizeof message, MSG_DONTWAIT);
        if (length < 0 && errno == EINTR) {
            continue;
        }
        if (length <= 0) {
            const bool is_empty = length < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
            return is_empty || count > 0 ? count : rill_fail(RILL_CLOSED, "link: the other process is gone");
        }
    }
}

int32_t rill_link_wait(uint64_t handle, uint64_t timeout_ns) {
    rill_entry *entry = enter(handle);
    if (entry == NULL) {
        return RILL_BAD_HANDLE;
    }
    const int peer = atomic_load(&((rill_link *) entry->object)->peer);
    int32_t code = peer == NO_PEER ? rill_fail(RILL_CLOSED, "link: there is no other process yet")
                                   : await_readable(peer, timeout_ns);
    if (code == RILL_OK) {
        code = drain(peer);
    }
    rill_entry_exit(entry);
    return code == RILL_TIMEOUT ? 0 : code;
}
