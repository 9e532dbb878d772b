// Thousands of targets in one process: ports of all addresses that answer HTTP with 200, and a C-ECHO with success.
// targets [silent] PORT...: silent ones accept and say nothing. Prints, once a second: connections open now, the most
// at a time since the last line, and how many were accepted since the start.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <unistd.h>

static const char page[] = "HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\nup\n";

// PS3.8 table 9-17, with the items of DICOM's application context, context 1 accepted, and user information.
static const unsigned char accept_items[] =
    "\x10\0\0\x15" "1.2.840.10008.3.1.1.1"
    "\x21\0\0\x19" "\x01\0\0\0" "\x40\0\0\x11" "1.2.840.10008.1.2"
    "\x50\0\0\x11" "\x51\0\0\x04\0\0\x40\0" "\x52\0\0\x05" "1.2.3";
// PS3.7 table 9.3-13: C-ECHO-RSP to message 1, status 0.
static const unsigned char echo_response[] =
    "\x04\0\0\0\0\x54\0\0\0\x50\x01\x03\0\0\0\0\x04\0\0\0\x42\0\0\0\0\0\x02\0\x12\0\0\0" "1.2.840.10008.1.1\0"
    "\0\0\0\x01\x02\0\0\0\x30\x80\0\0\x20\x01\x02\0\0\0\x01\0\0\0\0\x08\x02\0\0\0\x01\x01"
    "\0\0\0\x09\x02\0\0\0\0\0";
static const unsigned char release_response[] = "\x06\0\0\0\0\x04\0\0\0\0";

static long open_now, open_most, accepted;

static void hang_up(int s) {
    close(s);
    open_now--;
}

static void associate(int s, const unsigned char *request) {
    unsigned char pdu[74 + sizeof accept_items - 1] = {2, 0};
    unsigned length = sizeof pdu - 6;
    pdu[4] = length >> 8, pdu[5] = length & 255, pdu[7] = 1;
    memcpy(pdu + 10, request + 10, 32);
    memcpy(pdu + 74, accept_items, sizeof accept_items - 1);
    send(s, pdu, sizeof pdu, MSG_NOSIGNAL);
}

// What we ask comes in one piece each: its first octet says what it is.
static void answer(int s, int silent) {
    unsigned char in[4096];
    ssize_t size = recv(s, in, sizeof in, 0);
    if (size <= 0) return hang_up(s);
    if (silent) return;
    switch (in[0]) {
    case 1: if (size >= 74) associate(s, in); break;
    case 4: send(s, echo_response, sizeof echo_response - 1, MSG_NOSIGNAL); break;
    case 5: send(s, release_response, sizeof release_response - 1, MSG_NOSIGNAL); break;
    case 'G': send(s, page, sizeof page - 1, MSG_NOSIGNAL); break;
    default: hang_up(s);
    }
}

static void take_all(int listener, int poll) {
    for (int s; (s = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
        struct epoll_event event = {EPOLLIN, {.fd = s}};
        epoll_ctl(poll, EPOLL_CTL_ADD, s, &event);
        accepted++;
        if (++open_now > open_most) open_most = open_now;
    }
}

int main(int argc, char **argv) {
    int silent = argc > 1 && !strcmp(argv[1], "silent"), first = 1 + silent, yes = 1;
    if (argc == first) return fputs("targets [silent] PORT...\n", stderr), 2;
    struct rlimit files = {0};
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    int poll = epoll_create1(0), second = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK), last_listener = 0;
    timerfd_settime(second, 0, &(struct itimerspec){{1, 0}, {1, 0}}, NULL);
    epoll_ctl(poll, EPOLL_CTL_ADD, second, &(struct epoll_event){EPOLLIN, {.fd = second}});
    for (int i = first; i < argc; i++) {
        int listener = last_listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
        struct sockaddr_in here = {AF_INET, htons(atoi(argv[i])), {INADDR_ANY}, {0}};
        if (bind(listener, (void *)&here, sizeof here) || listen(listener, 4096)) return perror("targets"), 1;
        epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){EPOLLIN, {.fd = listener}});
    }
    for (struct epoll_event events[256];;) {
        int count = epoll_wait(poll, events, 256, -1);
        for (int i = 0; i < count; i++) {
            int s = events[i].data.fd;
            unsigned long long ticks;
            // Nothing was closed before the listeners were made, so they have the lowest numbers.
            if (s != second && s <= last_listener) take_all(s, poll);
            else if (s != second) answer(s, silent);
            else if (read(second, &ticks, sizeof ticks) > 0) {
                printf("%ld %ld %ld\n", open_now, open_most, accepted);
                fflush(stdout);
                open_most = open_now;
            }
        }
    }
}
