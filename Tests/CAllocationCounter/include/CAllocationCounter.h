// Counts every allocation of the process, and asks a server questions without making any.
#ifndef CALLOCATION_COUNTER_H
#define CALLOCATION_COUNTER_H

#include <stddef.h>
#include <stdint.h>

/// How often malloc and its like have been called so far, in all threads.
uint64_t allocation_count(void);

/// Does nothing; callgrind is told to write down what it has counted when this is called.
__attribute__((noinline)) void end_of_part(void);

/// Sends one packet `times` times to 127.0.0.1, waiting for each answer.
/// Returns how many answers came; the last one is in `answer`, its length in `answer_length`.
int ask(uint16_t port, const uint8_t *packet, size_t length, int times, uint8_t answer[4096], size_t *answer_length);

#endif
