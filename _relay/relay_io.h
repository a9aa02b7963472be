/* What the relay asks of the system: Linux only, as a tap is. Elsewhere every call fails. */
#ifndef WWANREPLAY_RELAY_IO_H
#define WWANREPLAY_RELAY_IO_H

#include <errno.h>
#include <stdint.h>

typedef struct {
    int descriptor;
    unsigned int events;
} relay_event_t;

static inline uint32_t relay_u32(const char *data)
{
    const unsigned char *bytes = (const unsigned char *)data;
    return bytes[0] | (uint32_t)bytes[1] << 8 | (uint32_t)bytes[2] << 16 | (uint32_t)bytes[3] << 24;
}

static inline void relay_put_u32(char *data, uint32_t value)
{
    for (int at = 0; at < 4; at++) {
        data[at] = (char)(value >> 8 * at);
    }
}

/* Whether what was not read or written now may be in a moment. */
static inline int relay_comes_later(int problem)
{
    return problem == EAGAIN || problem == EWOULDBLOCK || problem == EINTR;
}

#ifdef __linux__

#include <poll.h>
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { RELAY_EVENTS_MAX = 64 };

/* How many descriptors have something, at most RELAY_EVENTS_MAX; -1 and errno. */
static inline int relay_wait(int epoll, relay_event_t *found, int timeout_ms)
{
    struct epoll_event events[RELAY_EVENTS_MAX];
    int count = epoll_wait(epoll, events, RELAY_EVENTS_MAX, timeout_ms);
    for (int place = 0; place < count; place++) {
        found[place].descriptor = events[place].data.fd;
        found[place].events = events[place].events;
    }
    return count;
}

static inline long long relay_clock_ns(void)
{
    struct timespec now;
    if (clock_gettime(CLOCK_BOOTTIME, &now) != 0) {
        return 0;
    }
    return (long long)now.tv_sec * 1000000000LL + now.tv_nsec;
}

static inline long relay_read(int descriptor, char *data, long size)
{
    return (long)read(descriptor, data, (size_t)size);
}

static inline long relay_write(int descriptor, const char *data, long size)
{
    return (long)write(descriptor, data, (size_t)size);
}

static inline long relay_send(int descriptor, const char *data, long size)
{
    return (long)send(descriptor, data, (size_t)size, MSG_NOSIGNAL | MSG_DONTWAIT);
}

/* Whether the other end of a socket is there and has read all that was sent to it. */
static inline int relay_is_read(int descriptor)
{
    struct pollfd peer = {descriptor, 0, 0};
    int held = 0;
    return ioctl(descriptor, TIOCOUTQ, &held) == 0 && held == 0 && poll(&peer, 1, 0) == 0;
}

static inline unsigned int relay_readable(void)
{
    return EPOLLIN;
}

#else

enum { RELAY_EVENTS_MAX = 1 };

static inline int relay_wait(int epoll, relay_event_t *found, int timeout_ms)
{
    (void)epoll, (void)found, (void)timeout_ms;
    errno = ENOSYS;
    return -1;
}

static inline long long relay_clock_ns(void)
{
    return 0;
}

static inline long relay_read(int descriptor, char *data, long size)
{
    (void)descriptor, (void)data, (void)size;
    errno = ENOSYS;
    return -1;
}

static inline long relay_write(int descriptor, const char *data, long size)
{
    return relay_read(descriptor, (char *)data, size);
}

static inline long relay_send(int descriptor, const char *data, long size)
{
    return relay_read(descriptor, (char *)data, size);
}

static inline int relay_is_read(int descriptor)
{
    (void)descriptor;
    return 0;
}

static inline unsigned int relay_readable(void)
{
    return 1;
}

#endif
#endif
