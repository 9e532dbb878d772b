// Asks at a fixed rate, whatever comes back, and says how late answers are and how many never come. dnsperf slows down
// when the server does, so a pause of the server hides in it; here it shows.
//   load PORT RATE SECONDS FILE       FILE: packets, each after its length in two octets, most significant first
// Prints `sent answered lost p50 p99 p999 max` (latencies in us; 1048576 where as many are lost), then for each 10 ms
// `start-of-it-in-ms answers worst-us lost`: answers that came then, queries sent then that have none. Times count from
// the first packet; that moment, on CLOCK_MONOTONIC, is printed to stderr.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CLIENTS = 4, BATCH = 32, IDS = 65536, LONGEST = 1 << 20, WINDOWS = 1 << 16, MOST = 1 << 18 };

static uint64_t asked[CLIENTS][IDS];            // when, in ns; 0: not waiting
static uint32_t histogram[LONGEST];             // answers by latency in us
static struct { uint32_t answers, worst, lost; } windows[WINDOWS];
static struct { unsigned char *octets; unsigned length; } queries[MOST];
static unsigned query_count;
static uint64_t start, sent, answered, worst;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static unsigned window(uint64_t time) {
    uint64_t number = (time - start) / 10000000u;
    return number < WINDOWS ? (unsigned)number : WINDOWS - 1;
}

static void read_queries(const char *path) {
    FILE *file = fopen(path, "rb");
    int high, low;
    while (file && query_count < MOST && (high = getc(file)) >= 0 && (low = getc(file)) >= 0) {
        unsigned length = (unsigned)(high << 8 | low);
        queries[query_count].octets = malloc(length);
        queries[query_count].length = length;
        if (fread(queries[query_count++].octets, 1, length, file) != length) exit(2);
    }
    if (query_count == 0) exit(2);
}

static int open_client(unsigned short port) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
    int descriptor = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0), room = 4 << 20;
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    if (connect(descriptor, (struct sockaddr *)&server, sizeof server) != 0) exit(1);
    return descriptor;
}

// Sends the next `count` queries on one client's socket.
static void ask(int client, int descriptor, unsigned count) {
    static unsigned next[CLIENTS], place;
    struct iovec vectors[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    uint64_t time = now();
    static unsigned char copies[BATCH][512];
    for (unsigned i = 0; i < count; i++, place = (place + 1) % query_count) {
        unsigned id = next[client]++ % IDS;
        memcpy(copies[i], queries[place].octets, queries[place].length);
        copies[i][0] = (unsigned char)(id >> 8), copies[i][1] = (unsigned char)id;
        if (asked[client][id]) windows[window(asked[client][id])].lost++;
        asked[client][id] = time;
        vectors[i] = (struct iovec){copies[i], queries[place].length};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    for (unsigned done = 0; done < count;) {
        int went = sendmmsg(descriptor, messages + done, count - done, 0);
        if (went > 0) done += (unsigned)went;
    }
    sent += count;
}

// Takes all answers that are there.
static void listen_to(int client, int descriptor) {
    static unsigned char octets[BATCH][2048];
    struct iovec vectors[BATCH];
    struct mmsghdr messages[BATCH];
    memset(messages, 0, sizeof messages);
    for (int i = 0; i < BATCH; i++) {
        vectors[i] = (struct iovec){octets[i], sizeof octets[i]};
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
    }
    int got = recvmmsg(descriptor, messages, BATCH, 0, NULL);
    uint64_t time = now();
    for (int i = 0; i < got; i++) {
        uint64_t *then = &asked[client][octets[i][0] << 8 | octets[i][1]];
        if (*then == 0) continue;
        uint64_t late = (time - *then) / 1000;
        *then = 0;
        answered++;
        if (late > worst) worst = late;
        histogram[late < LONGEST ? late : LONGEST - 1]++;
        unsigned number = window(time);
        windows[number].answers++;
        if (late > windows[number].worst) windows[number].worst = (uint32_t)late;
    }
}

// Of all that was asked: a query that is lost is later than any that has an answer.
static unsigned percentile(double share) {
    uint64_t seen = 0, wanted = (uint64_t)((double)sent * share);
    for (unsigned us = 0; us < LONGEST; us++)
        if ((seen += histogram[us]) > wanted) return us;
    return LONGEST;
}

int main(int count, char **arguments) {
    if (count != 5) return 2;
    double rate = atof(arguments[2]);
    uint64_t length = (uint64_t)(atof(arguments[3]) * 1e9);
    int descriptors[CLIENTS], client = 0;
    read_queries(arguments[4]);
    for (int i = 0; i < CLIENTS; i++) descriptors[i] = open_client((unsigned short)atoi(arguments[1]));
    start = now();
    fprintf(stderr, "%llu\n", (unsigned long long)start);
    // Packets that are due but could not be sent, because this program had no core, are not made up for in one go.
    uint64_t due = 0, elapsed;
    while ((elapsed = now() - start) < length) {
        uint64_t target = (uint64_t)((double)elapsed * rate / 1e9);
        if (target > due + 4 * BATCH) due = target - 4 * BATCH;
        if (target > due) {
            unsigned some = target - due < BATCH ? (unsigned)(target - due) : BATCH;
            ask(client, descriptors[client], some);
            client = (client + 1) % CLIENTS;
            due += some;
        }
        for (int i = 0; i < CLIENTS; i++) listen_to(i, descriptors[i]);
    }
    for (uint64_t end = now() + 1000000000u; now() < end && answered < sent; usleep(100))
        for (int i = 0; i < CLIENTS; i++) listen_to(i, descriptors[i]);
    for (int i = 0; i < CLIENTS; i++)
        for (int id = 0; id < IDS; id++)
            if (asked[i][id]) windows[window(asked[i][id])].lost++;
    printf("%llu %llu %llu %u %u %u %llu\n", (unsigned long long)sent, (unsigned long long)answered,
           (unsigned long long)(sent - answered), percentile(.5), percentile(.99), percentile(.999),
           (unsigned long long)worst);
    for (unsigned i = 0; i < WINDOWS; i++)
        if (windows[i].answers || windows[i].lost)
            printf("%u %u %u %u\n", i * 10, windows[i].answers, windows[i].worst, windows[i].lost);
    return 0;
}
