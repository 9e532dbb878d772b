#define _GNU_SOURCE
#include "CAllocationCounter.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

// glibc's own entry points, behind the names that are taken over here.
extern void *__libc_malloc(size_t);
extern void *__libc_calloc(size_t, size_t);
extern void *__libc_realloc(void *, size_t);
extern void *__libc_memalign(size_t, size_t);

static atomic_uint_fast64_t count;

void end_of_part(void) { __asm__ volatile(""); }

uint64_t allocation_count(void) { return atomic_load(&count); }

void *malloc(size_t size) { atomic_fetch_add(&count, 1); return __libc_malloc(size); }
void *calloc(size_t number, size_t size) { atomic_fetch_add(&count, 1); return __libc_calloc(number, size); }
void *realloc(void *old, size_t size) { atomic_fetch_add(&count, 1); return __libc_realloc(old, size); }
void *memalign(size_t alignment, size_t size) { atomic_fetch_add(&count, 1); return __libc_memalign(alignment, size); }
void *aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void **result, size_t alignment, size_t size) {
    *result = memalign(alignment, size);
    return *result ? 0 : ENOMEM;
}

int ask(uint16_t port, const uint8_t *packet, size_t length, int times, uint8_t answer[4096], size_t *answer_length) {
    struct sockaddr_in server = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct timeval limit = {.tv_sec = 5};
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0), answered = 0;
    inet_pton(AF_INET, "127.0.0.1", &server.sin_addr);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (connect(descriptor, (struct sockaddr *)&server, sizeof server) == 0) {
        for (; answered < times; answered++) {
            ssize_t got = -1;
            if (send(descriptor, packet, length, 0) == (ssize_t)length) got = recv(descriptor, answer, 4096, 0);
            if (got < 0) break;
            *answer_length = (size_t)got;
        }
    }
    close(descriptor);
    return answered;
}
