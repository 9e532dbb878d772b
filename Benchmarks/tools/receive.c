// The echo program once more, with each way of getting packets in and out of the kernel that we know, so that
// sections/sockets.py can tell which of them pays. Plain is what our workers do: recvmmsg and sendmmsg, 64 at a time.
//   receive PORT [--how plain|poll|connected|segment|uring] [--batch N] [--spin US] [--busy-poll US] [--buffer OCTETS]
//                [--control 1] [--slice US] [--threads N] [--steer hash|pinned|cpu|incoming]
// On SIGUSR1 it prints `packets calls`: what came in, and how many calls it took.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <linux/filter.h>
#include <netinet/udp.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 256, LENGTH = 2048, ROOM = 128, THREADS = 16, CLIENTS = 1024 };

static struct {
    const char *how, *steer;
    int port, batch, spin, busy_poll, buffer, control, slice, threads;
} chosen = {.how = "plain", .steer = "hash", .batch = 64, .buffer = 4 << 20, .threads = 1};

struct worker {
    int descriptor, number;
    _Alignas(64) atomic_ullong packets, calls;
    struct sockaddr_in peers[MOST];
    struct iovec vectors[MOST];
    struct mmsghdr messages[MOST];
    _Alignas(16) unsigned char controls[MOST][ROOM];
    unsigned char octets[MOST][LENGTH + 64];
};

static struct worker workers[THREADS];

static void count_packets(struct worker *w, int got) {
    atomic_store_explicit(&w->calls, w->calls + 1, memory_order_relaxed);
    if (got > 0) atomic_store_explicit(&w->packets, w->packets + (unsigned)got, memory_order_relaxed);
}

#include "receive_uring.h"

static void tell(int signal) {
    unsigned long long packets = 0, calls = 0;
    (void)signal;
    for (int i = 0; i < chosen.threads; i++) packets += workers[i].packets, calls += workers[i].calls;
    dprintf(1, "%llu %llu\n", packets, calls);
}

static void set(int descriptor, int level, int name, int value) {
    if (setsockopt(descriptor, level, name, &value, sizeof value) != 0) perror("setsockopt");
}

static int open_socket(void) {
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)chosen.port)};
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0);
    inet_pton(AF_INET, "127.0.0.1", &here.sin_addr);
    set(descriptor, SOL_SOCKET, SO_REUSEPORT, 1);
    if (chosen.buffer) set(descriptor, SOL_SOCKET, SO_RCVBUF, chosen.buffer);
    if (chosen.busy_poll) set(descriptor, SOL_SOCKET, SO_BUSY_POLL, chosen.busy_poll);
    if (chosen.control) set(descriptor, IPPROTO_IP, IP_PKTINFO, 1);
    if (strcmp(chosen.how, "segment") == 0) set(descriptor, IPPROTO_UDP, UDP_GRO, 1);
    if (bind(descriptor, (struct sockaddr *)&here, sizeof here) != 0) exit(1);
    return descriptor;
}

// MARK: receiving

static void prepare(struct worker *w) {
    int has_control = chosen.control || strcmp(chosen.how, "segment") == 0;
    for (int i = 0; i < chosen.batch; i++) {
        w->vectors[i] = (struct iovec){w->octets[i], LENGTH};
        w->messages[i].msg_hdr = (struct msghdr){
            .msg_iov = &w->vectors[i], .msg_iovlen = 1, .msg_name = &w->peers[i], .msg_namelen = sizeof w->peers[i],
            .msg_control = has_control ? w->controls[i] : NULL, .msg_controllen = has_control ? ROOM : 0};
    }
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000u + (uint64_t)t.tv_nsec / 1000u;
}

static int receive(struct worker *w) {
    int got = -1;
    prepare(w);
    if (strcmp(chosen.how, "poll") == 0) {
        struct pollfd watched = {.fd = w->descriptor, .events = POLLIN};
        poll(&watched, 1, -1);
        got = recvmmsg(w->descriptor, w->messages, (unsigned)chosen.batch, MSG_DONTWAIT, NULL);
    } else {
        if (chosen.spin) {
            uint64_t end = now() + (unsigned)chosen.spin;
            do got = recvmmsg(w->descriptor, w->messages, (unsigned)chosen.batch, MSG_DONTWAIT, NULL);
            while (got < 0 && now() < end);
        }
        if (got < 0) got = recvmmsg(w->descriptor, w->messages, (unsigned)chosen.batch, MSG_WAITFORONE, NULL);
    }
    count_packets(w, got);
    for (int i = 0; i < got; i++) {
        w->vectors[i].iov_len = w->messages[i].msg_len;
        w->octets[i][2] |= 0x80;
    }
    return got;
}

static void send_all(int descriptor, struct mmsghdr *messages, int count) {
    for (int sent = 0, some; sent < count; sent += some)
        if ((some = sendmmsg(descriptor, messages + sent, (unsigned)(count - sent), 0)) < 1) some = 1;
}

// MARK: answers of one size to one client as one large packet that the kernel cuts (UDP_SEGMENT)

static int join(struct worker *w, int got, struct mmsghdr *joined, struct iovec (*vectors)[MOST]) {
    int groups = 0;
    for (int i = 0, group; i < got; i++) {
        const struct sockaddr_in *peer = &w->peers[i];
        for (group = 0; group < groups; group++) {
            const struct msghdr *header = &joined[group].msg_hdr;
            const struct sockaddr_in *other = header->msg_name;
            if (other->sin_port == peer->sin_port && other->sin_addr.s_addr == peer->sin_addr.s_addr
                && header->msg_iov->iov_len == w->vectors[i].iov_len) break;
        }
        struct msghdr *header = &joined[group].msg_hdr;
        if (group == groups) {
            groups++;
            *header = (struct msghdr){
                .msg_name = &w->peers[i], .msg_namelen = sizeof w->peers[i], .msg_iov = vectors[group]};
        }
        vectors[group][header->msg_iovlen++] = w->vectors[i];
    }
    for (int group = 0; group < groups; group++) {
        struct msghdr *header = &joined[group].msg_hdr;
        if (header->msg_iovlen == 1) continue;
        uint16_t size = (uint16_t)header->msg_iov->iov_len;
        header->msg_control = w->controls[group];
        header->msg_controllen = CMSG_SPACE(sizeof size);
        struct cmsghdr *item = CMSG_FIRSTHDR(header);
        *item = (struct cmsghdr){.cmsg_level = IPPROTO_UDP, .cmsg_type = UDP_SEGMENT, .cmsg_len = CMSG_LEN(sizeof size)};
        memcpy(CMSG_DATA(item), &size, sizeof size);
    }
    return groups;
}

static void serve_segments(struct worker *w) {
    static struct iovec vectors[MOST][MOST];
    static struct mmsghdr joined[MOST];
    for (;;) {
        int got = receive(w);
        if (got > 0) send_all(w->descriptor, joined, join(w, got, joined, vectors));
    }
}

// MARK: a connected socket for each client, found by epoll: no address and no route to look up for an answer

static void serve_connected(struct worker *w) {
    static struct { struct sockaddr_in peer; int descriptor; } clients[CLIENTS];
    int first = w->descriptor, queue = epoll_create1(0), known = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = first}, events[64];
    epoll_ctl(queue, EPOLL_CTL_ADD, first, &event);
    for (;;) {
        int ready = epoll_wait(queue, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            w->descriptor = events[i].data.fd;
            prepare(w);
            int got = recvmmsg(w->descriptor, w->messages, (unsigned)chosen.batch, MSG_DONTWAIT, NULL);
            count_packets(w, got);
            for (int j = 0; j < got; j++) {
                w->vectors[j].iov_len = w->messages[j].msg_len;
                w->octets[j][2] |= 0x80;
                if (w->descriptor != first) w->messages[j].msg_hdr.msg_name = NULL, w->messages[j].msg_hdr.msg_namelen = 0;
            }
            send_all(w->descriptor, w->messages, got);
            for (int j = 0; j < got && w->descriptor == first && known < CLIENTS; j++) {
                int place = 0;
                while (place < known && memcmp(&clients[place].peer, &w->peers[j], sizeof w->peers[j]) != 0) place++;
                if (place < known) continue;
                clients[known].peer = w->peers[j];
                event.data.fd = clients[known++].descriptor = open_socket();
                if (connect(event.data.fd, (struct sockaddr *)&w->peers[j], sizeof w->peers[j]) != 0) exit(1);
                epoll_ctl(queue, EPOLL_CTL_ADD, event.data.fd, &event);
            }
        }
    }
}

// How long a turn on a core lasts: who asks for short ones gets them sooner (sched(7), Linux 6.12).
static void take_short_turns(void) {
    struct { uint32_t size, policy; uint64_t flags; int32_t nice; uint32_t priority; uint64_t runtime, deadline, period; }
        wish = {.size = sizeof wish, .runtime = (uint64_t)chosen.slice * 1000};
    if (syscall(SYS_sched_setattr, 0, &wish, 0) != 0) perror("sched_setattr");
}

static void *serve(void *context) {
    struct worker *w = context;
    if (chosen.slice) take_short_turns();
    if (chosen.threads > 1) {
        cpu_set_t core;
        CPU_ZERO(&core);
        CPU_SET((unsigned)w->number % (unsigned)sysconf(_SC_NPROCESSORS_ONLN), &core);
        if (strcmp(chosen.steer, "hash") != 0) pthread_setaffinity_np(pthread_self(), sizeof core, &core);
    }
    if (strcmp(chosen.how, "uring") == 0) serve_uring(w);
    if (strcmp(chosen.how, "segment") == 0) serve_segments(w);
    if (strcmp(chosen.how, "connected") == 0) serve_connected(w);
    for (;;) {
        int got = receive(w);
        for (int i = 0; i < got; i++) w->messages[i].msg_hdr.msg_flags = 0;
        send_all(w->descriptor, w->messages, got);
    }
    return NULL;
}

// Which of the sockets gets a packet: the kernel hashes addresses and ports, or the core that took it in decides.
static void steer(void) {
    struct sock_filter code[] = {
        {BPF_LD | BPF_W | BPF_ABS, 0, 0, (uint32_t)(SKF_AD_OFF + SKF_AD_CPU)},
        {BPF_ALU | BPF_MOD | BPF_K, 0, 0, (uint32_t)chosen.threads},
        {BPF_RET | BPF_A, 0, 0, 0}};
    struct sock_fprog program = {.len = 3, .filter = code};
    if (strcmp(chosen.steer, "cpu") == 0
        && setsockopt(workers[0].descriptor, SOL_SOCKET, SO_ATTACH_REUSEPORT_CBPF, &program, sizeof program) != 0) exit(1);
    for (int i = 0; i < chosen.threads && strcmp(chosen.steer, "incoming") == 0; i++)
        set(workers[i].descriptor, SOL_SOCKET, SO_INCOMING_CPU, i);
}

int main(int count, char **arguments) {
    if (count < 2 || count % 2 != 0) return 2;
    chosen.port = atoi(arguments[1]);
    for (int i = 2; i < count; i += 2) {
        const char *name = arguments[i] + 2, *value = arguments[i + 1];
        if (strcmp(name, "how") == 0) chosen.how = value;
        else if (strcmp(name, "steer") == 0) chosen.steer = value;
        else if (strcmp(name, "batch") == 0) chosen.batch = atoi(value);
        else if (strcmp(name, "spin") == 0) chosen.spin = atoi(value);
        else if (strcmp(name, "busy-poll") == 0) chosen.busy_poll = atoi(value);
        else if (strcmp(name, "buffer") == 0) chosen.buffer = atoi(value);
        else if (strcmp(name, "control") == 0) chosen.control = atoi(value);
        else if (strcmp(name, "slice") == 0) chosen.slice = atoi(value);
        else if (strcmp(name, "threads") == 0) chosen.threads = atoi(value);
        else return 2;
    }
    if (chosen.batch < 1 || chosen.batch > MOST || chosen.threads < 1 || chosen.threads > THREADS) return 2;
    signal(SIGUSR1, tell);
    for (int i = 0; i < chosen.threads; i++) workers[i].number = i, workers[i].descriptor = open_socket();
    steer();
    pthread_t thread;
    for (int i = 1; i < chosen.threads; i++) pthread_create(&thread, NULL, serve, &workers[i]);
    serve(&workers[0]);
}
