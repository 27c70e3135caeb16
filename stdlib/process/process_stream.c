// SPDX-License-Identifier: MIT
//
// Messages in a stream, a pipe or a socket, which keeps bytes in order and knows no messages.
//
// A message is its length, four bytes, most significant first, and then its bytes; a length beyond
// 31 bits is -1 and eight more bytes. That is CPython's form, so both can talk to each other. Who
// is killed in the middle of a message leaves half of it, and the reader gets an OSError.
#include "process_channel.h"

#include "blocking.h"
#include "bytes.h"
#include "execute.h"
#include "file.h"
#include "process_wait.h"

#include <arpa/inet.h>
#include <endian.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

typedef struct Reading {
    int fd;
    uint8_t *data;
    size_t size;
    ssize_t count;
} Reading;

// Only from a socket can be read without waiting; another descriptor can be asked.
static bool try_to_read(void *context) {
    Reading *r = context;
    r->count = recv(r->fd, r->data, r->size, MSG_DONTWAIT);
    if (r->count >= 0 || (errno != ENOTSOCK && errno != EAGAIN))
        return true;
    struct pollfd one = {.fd = r->fd, .events = POLLIN};
    if (errno == EAGAIN || poll(&one, 1, 0) == 0)
        return false;
    r->count = read(r->fd, r->data, r->size);
    return true;
}

// The first bytes of a message, which may have to be waited for.
static int64_t read_watching(Thread *thread, Channel *channel, uint8_t *data, size_t size) {
    Reading r = {(int)channel->fd, data, size, -1};
    for (;;) {
        WatchHabit habit = channel->habit; // another thread may read, too
        if (!thread_poll_signals(thread))  // one that has just come would be noticed afterwards
            return -1;
        blocking_begin(&thread->core, BLOCK_IO, "read");
        if (!process_watch(&thread->core, &habit, try_to_read, &r))
            r.count = read(r.fd, data, size);
        int error = errno;
        blocking_end(&thread->core);
        channel->habit = habit;
        if (r.count >= 0)
            return r.count;
        if (!process_may_retry(thread, error))
            return -1;
    }
}

static int64_t read_some(Thread *thread, Channel *channel, uint8_t *data, size_t size,
                         bool within) {
    bool is_free = schedule_is_free(&thread->interpreter->runtime.schedule);
    if (!within && is_free && process_wants_watch(&thread->core, &channel->habit))
        return read_watching(thread, channel, data, size);
    if (!process_await(thread, (int)channel->fd, POLLIN))
        return -1;
    return file_read_descriptor(thread, (int)channel->fd, data, size);
}

// All of `size` bytes. The end of the stream is an EOFError before a message, an OSError within.
static bool read_all(Thread *thread, Channel *channel, uint8_t *data, size_t size, bool within) {
    size_t done = 0;
    while (done < size) {
        int64_t count = read_some(thread, channel, data + done, size - done, within || done > 0);
        if (count < 0)
            return false;
        if (count == 0)
            return within || done > 0
                       ? raise_false(thread, ERROR_OSError, "got end of file during message")
                       : process_raise_end(thread);
        done += (size_t)count;
        if (done < size && !thread_safepoint(thread))
            return false;
    }
    return true;
}

static bool read_length(Thread *thread, Channel *channel, uint64_t *length) {
    uint32_t small;
    if (!read_all(thread, channel, (uint8_t *)&small, sizeof small, false))
        return false;
    *length = ntohl(small);
    if (small == UINT32_MAX) {
        if (!read_all(thread, channel, (uint8_t *)length, sizeof *length, true))
            return false;
        *length = be64toh(*length);
    }
    return true;
}

Value process_stream_receive(Thread *thread, Channel *channel, int64_t most) {
    uint64_t length;
    if (!read_length(thread, channel, &length))
        return VALUE_ERROR;
    if (length > INT64_MAX || (most >= 0 && length > (uint64_t)most))
        return VALUE_UNDEFINED;
    Bytes *bytes = bytes_new(thread, NULL, (size_t)length);
    bool fine = read_all(thread, channel, bytes_contents(bytes), (size_t)length, true);
    return fine ? value_object(bytes) : VALUE_ERROR;
}

static size_t put_length(uint8_t *header, size_t length) {
    if (length <= INT32_MAX) {
        uint32_t small = htonl((uint32_t)length);
        memcpy(header, &small, sizeof small);
        return sizeof small;
    }
    uint64_t large = htobe64(length);
    memset(header, 0xff, sizeof(uint32_t));
    memcpy(header + sizeof(uint32_t), &large, sizeof large);
    return sizeof(uint32_t) + sizeof large;
}

static void advance(struct iovec *parts, size_t done) {
    for (size_t i = 0; i < 2; i++) {
        size_t step = done < parts[i].iov_len ? done : parts[i].iov_len;
        if (step == 0)
            continue;
        parts[i].iov_base = (uint8_t *)parts[i].iov_base + step;
        parts[i].iov_len -= step;
        done -= step;
    }
}

bool process_stream_send(Thread *thread, int fd, const uint8_t *data, size_t length) {
    uint8_t header[12];
    struct iovec parts[2] = {{header, put_length(header, length)},
                             {(void *)(uintptr_t)data, length}};
    while (parts[0].iov_len + parts[1].iov_len > 0) {
        if (!process_await(thread, fd, POLLOUT) || !thread_poll_signals(thread))
            return false;
        blocking_begin(&thread->core, BLOCK_IO, "write");
        ssize_t count = writev(fd, parts, 2);
        int error = errno;
        blocking_end(&thread->core);
        if (count >= 0)
            advance(parts, (size_t)count);
        else if (!process_may_retry(thread, error))
            return false;
        // A signal may have cut it short.
        if (count >= 0 && parts[1].iov_len > 0 && !thread_safepoint(thread))
            return false;
    }
    return true;
}
