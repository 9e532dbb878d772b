// Part of receive.c: io_uring by its system calls. One multishot recvmsg fills buffers out of a ring for as long as there
// are some; one call hands over all answers and waits for the next queries.
#include <linux/io_uring.h>
#include <sys/mman.h>
#include <sys/syscall.h>

enum { BUFFERS = 1024, SENDS = 512, HEAD = sizeof(struct io_uring_recvmsg_out) + sizeof(struct sockaddr_in) };

struct uring {
    int descriptor;
    unsigned *sq_tail, sq_mask, *cq_head, *cq_tail, cq_mask, unsubmitted, buffer_tail;
    struct io_uring_sqe *entries;
    struct io_uring_cqe *completions;
    struct io_uring_buf_ring *ring;
    struct msghdr receiving, sending[BUFFERS];
    struct iovec vectors[BUFFERS];
    unsigned char (*buffers)[LENGTH];
};

static struct uring uring;

static struct io_uring_sqe *next_entry(uint8_t opcode, int descriptor) {
    struct io_uring_sqe *entry = &uring.entries[(*uring.sq_tail + uring.unsubmitted++) & uring.sq_mask];
    *entry = (struct io_uring_sqe){.opcode = opcode, .fd = descriptor, .len = 1};
    return entry;
}

static void give_buffer(unsigned number) {
    struct io_uring_buf *buffer = &uring.ring->bufs[uring.buffer_tail++ & (BUFFERS - 1)];
    buffer->addr = (uintptr_t)uring.buffers[number], buffer->len = LENGTH, buffer->bid = (uint16_t)number;
    __atomic_store_n(&uring.ring->tail, (uint16_t)uring.buffer_tail, __ATOMIC_RELEASE);
}

static void *map(size_t size, int descriptor, off_t offset) {
    int flags = descriptor < 0 ? MAP_PRIVATE | MAP_ANONYMOUS : MAP_SHARED | MAP_POPULATE;
    void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, flags, descriptor, offset);
    if (memory == MAP_FAILED) perror("mmap"), exit(1);
    return memory;
}

static void open_uring(void) {
    struct io_uring_params p = {
        .flags = IORING_SETUP_SINGLE_ISSUER | IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_CQSIZE, .cq_entries = 4 * BUFFERS};
    uring.descriptor = (int)syscall(SYS_io_uring_setup, SENDS, &p);
    if (uring.descriptor < 0) perror("io_uring_setup"), exit(1);
    char *sq = map(p.sq_off.array + p.sq_entries * 4, uring.descriptor, IORING_OFF_SQ_RING);
    char *cq = map(p.cq_off.cqes + p.cq_entries * sizeof *uring.completions, uring.descriptor, IORING_OFF_CQ_RING);
    uring.entries = map(p.sq_entries * sizeof *uring.entries, uring.descriptor, IORING_OFF_SQES);
    uring.sq_tail = (unsigned *)(sq + p.sq_off.tail), uring.sq_mask = p.sq_entries - 1;
    uring.cq_head = (unsigned *)(cq + p.cq_off.head), uring.cq_tail = (unsigned *)(cq + p.cq_off.tail);
    uring.completions = (struct io_uring_cqe *)(cq + p.cq_off.cqes), uring.cq_mask = p.cq_entries - 1;
    for (unsigned i = 0; i < p.sq_entries; i++) ((unsigned *)(sq + p.sq_off.array))[i] = i;
    uring.ring = map(BUFFERS * sizeof(struct io_uring_buf), -1, 0);
    uring.buffers = map((size_t)BUFFERS * LENGTH, -1, 0);
    struct io_uring_buf_reg ring = {.ring_addr = (uintptr_t)uring.ring, .ring_entries = BUFFERS};
    if (syscall(SYS_io_uring_register, uring.descriptor, IORING_REGISTER_PBUF_RING, &ring, 1) != 0) perror("ring"), exit(1);
    for (unsigned i = 0; i < BUFFERS; i++) give_buffer(i);
}

static void receive_on(struct worker *w) {
    uring.receiving.msg_namelen = sizeof(struct sockaddr_in);
    struct io_uring_sqe *entry = next_entry(IORING_OP_RECVMSG, w->descriptor);
    entry->addr = (uintptr_t)&uring.receiving;
    entry->ioprio = IORING_RECV_MULTISHOT, entry->flags = IOSQE_BUFFER_SELECT, entry->user_data = 1;
}

// A UDP send is over when the call returns, so a send that worked needs no completion.
static void answer(struct worker *w, unsigned number) {
    unsigned char *buffer = uring.buffers[number];
    struct io_uring_recvmsg_out *head = (void *)buffer;
    buffer[HEAD + 2] |= 0x80;
    uring.vectors[number] = (struct iovec){buffer + HEAD, head->payloadlen};
    uring.sending[number] = (struct msghdr){
        .msg_name = buffer + sizeof *head, .msg_namelen = head->namelen, .msg_iov = &uring.vectors[number], .msg_iovlen = 1};
    struct io_uring_sqe *entry = next_entry(IORING_OP_SENDMSG, w->descriptor);
    entry->addr = (uintptr_t)&uring.sending[number];
    entry->flags = IOSQE_CQE_SKIP_SUCCESS;
}

static void serve_uring(struct worker *w) {
    static unsigned used[MOST];
    unsigned count = 0;
    open_uring();
    receive_on(w);
    for (;;) {
        unsigned submitted = uring.unsubmitted;
        __atomic_store_n(uring.sq_tail, *uring.sq_tail + submitted, __ATOMIC_RELEASE);
        uring.unsubmitted = 0;
        syscall(SYS_io_uring_enter, uring.descriptor, submitted, 1, IORING_ENTER_GETEVENTS, NULL, 0);
        while (count > 0) give_buffer(used[--count]);
        unsigned head = *uring.cq_head, tail = __atomic_load_n(uring.cq_tail, __ATOMIC_ACQUIRE);
        for (; head != tail && count < (unsigned)chosen.batch; head++) {
            struct io_uring_cqe *done = &uring.completions[head & uring.cq_mask];
            if (done->user_data != 1) continue;
            if (!(done->flags & IORING_CQE_F_MORE)) receive_on(w);
            if (done->res >= 0 && done->flags & IORING_CQE_F_BUFFER)
                answer(w, used[count++] = done->flags >> IORING_CQE_BUFFER_SHIFT);
        }
        __atomic_store_n(uring.cq_head, head, __ATOMIC_RELEASE);
        count_packets(w, (int)count);
    }
}
