#define _GNU_SOURCE
#include "CXDP.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <net/if_arp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

// Interfaces

static int ask(int socket, const char *name, unsigned long request, struct ifreq *answer) {
    strncpy(answer->ifr_name, name, IFNAMSIZ - 1);
    return ioctl(socket, request, answer);
}

static uint32_t queueCount(int socket, const char *name) {
    struct ethtool_channels channels = {.cmd = ETHTOOL_GCHANNELS};
    struct ifreq request = {.ifr_data = (char *)&channels};
    // Many virtual devices do not say, and have one.
    if (ask(socket, name, SIOCETHTOOL, &request) != 0) return 1;
    uint32_t count = channels.combined_count + channels.rx_count;
    return count > 0 ? count : 1;
}

static uint8_t stripsTags(int socket, const char *name) {
    struct ethtool_value flags = {.cmd = ETHTOOL_GFLAGS};
    struct ifreq request = {.ifr_data = (char *)&flags};
    return ask(socket, name, SIOCETHTOOL, &request) == 0 && flags.data & ETH_FLAG_RXVLAN;
}

int CXDP_interface(const char *name, struct CXDPInterface *result) {
    if (strlen(name) >= IFNAMSIZ) {
        errno = ENODEV;
        return -1;
    }
    int any = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    if (any < 0) return -1;
    struct ifreq index = {0}, mtu = {0}, flags = {0}, hardware = {0};
    int code = ask(any, name, SIOCGIFINDEX, &index) != 0 || ask(any, name, SIOCGIFMTU, &mtu) != 0
                       || ask(any, name, SIOCGIFFLAGS, &flags) != 0
                       || ask(any, name, SIOCGIFHWADDR, &hardware) != 0
                   ? errno
                   : 0;
    *result = (struct CXDPInterface){
        .index = index.ifr_ifindex,
        .mtu = mtu.ifr_mtu,
        .queues = queueCount(any, name),
        .isUp = (flags.ifr_flags & IFF_UP) != 0,
        .isEthernet = hardware.ifr_hwaddr.sa_family == ARPHRD_ETHER,
        .stripsTags = stripsTags(any, name),
    };
    close(any);
    errno = code;
    return code == 0 ? 0 : -1;
}

// AF_XDP sockets

int CXDP_openSocket(void) { return socket(AF_XDP, SOCK_RAW | SOCK_CLOEXEC, 0); }

int CXDP_openRing(int socket, enum CXDPRingKind kind, uint32_t size, struct CXDPRing *result) {
    static const int options[] = {XDP_RX_RING, XDP_TX_RING, XDP_UMEM_FILL_RING, XDP_UMEM_COMPLETION_RING};
    static const uint64_t places[] = {
        XDP_PGOFF_RX_RING, XDP_PGOFF_TX_RING, XDP_UMEM_PGOFF_FILL_RING, XDP_UMEM_PGOFF_COMPLETION_RING};
    if (setsockopt(socket, SOL_XDP, options[kind], &size, sizeof size) != 0) return -1;
    struct xdp_mmap_offsets offsets;
    socklen_t length = sizeof offsets;
    if (getsockopt(socket, SOL_XDP, XDP_MMAP_OFFSETS, &offsets, &length) != 0) return -1;
    // Kernels before 5.4 have offsets without flags.
    if (length != sizeof offsets) {
        errno = EOPNOTSUPP;
        return -1;
    }
    const struct xdp_ring_offset *all[] = {&offsets.rx, &offsets.tx, &offsets.fr, &offsets.cr};
    const struct xdp_ring_offset *offset = all[kind];
    int hasFrames = kind == CXDPReceive || kind == CXDPTransmit;
    result->length = offset->desc + (uint64_t)size * (hasFrames ? sizeof(struct xdp_desc) : sizeof(uint64_t));
    result->base =
        mmap(NULL, result->length, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE, socket, places[kind]);
    if (result->base == MAP_FAILED) return -1;
    result->producer = (uint32_t *)((char *)result->base + offset->producer);
    result->consumer = (uint32_t *)((char *)result->base + offset->consumer);
    result->flags = (uint32_t *)((char *)result->base + offset->flags);
    result->entries = (char *)result->base + offset->desc;
    return 0;
}

int CXDP_registerFrames(int socket, void *memory, uint64_t length, uint32_t frameSize) {
    struct xdp_umem_reg frames;
    // Padding, too: newer kernels have another field there.
    memset(&frames, 0, sizeof frames);
    frames.addr = (uintptr_t)memory;
    frames.len = length;
    frames.chunk_size = frameSize;
    return setsockopt(socket, SOL_XDP, XDP_UMEM_REG, &frames, sizeof frames);
}

int CXDP_bind(int socket, uint32_t interface, uint32_t queue, uint16_t flags) {
    struct sockaddr_xdp place = {
        .sxdp_family = AF_XDP, .sxdp_flags = flags, .sxdp_ifindex = interface, .sxdp_queue_id = queue};
    return bind(socket, (const struct sockaddr *)&place, sizeof place);
}

int CXDP_isZeroCopy(int socket) {
    struct xdp_options options = {0};
    socklen_t length = sizeof options;
    return getsockopt(socket, SOL_XDP, XDP_OPTIONS, &options, &length) == 0
           && (options.flags & XDP_OPTIONS_ZEROCOPY) != 0;
}

int CXDP_send(int socket) { return sendto(socket, NULL, 0, MSG_DONTWAIT, NULL, 0) < 0 ? -1 : 0; }

void CXDP_raiseLockedMemory(void) {
    struct rlimit limit = {RLIM_INFINITY, RLIM_INFINITY};
    if (setrlimit(RLIMIT_MEMLOCK, &limit) == 0 || getrlimit(RLIMIT_MEMLOCK, &limit) != 0) return;
    limit.rlim_cur = limit.rlim_max;
    setrlimit(RLIMIT_MEMLOCK, &limit);
}

// BPF

static int bpf(int command, union bpf_attr *attributes) {
    return syscall(SYS_bpf, command, attributes, sizeof *attributes);
}

int CXDP_createSocketMap(uint32_t queues) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_type = BPF_MAP_TYPE_XSKMAP;
    attributes.key_size = sizeof(uint32_t);
    attributes.value_size = sizeof(uint32_t);
    attributes.max_entries = queues;
    return bpf(BPF_MAP_CREATE, &attributes);
}

int CXDP_setSocket(int map, uint32_t queue, int socket) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.map_fd = map;
    attributes.key = (uintptr_t)&queue;
    attributes.value = (uintptr_t)&socket;
    attributes.flags = BPF_ANY;
    return bpf(BPF_MAP_UPDATE_ELEM, &attributes);
}

_Static_assert(sizeof(struct bpf_insn) == sizeof(uint64_t), "an instruction is 8 octets");

int CXDP_loadProgram(const uint64_t *instructions, uint32_t count, char *log, uint32_t logLength) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.prog_type = BPF_PROG_TYPE_XDP;
    attributes.expected_attach_type = BPF_XDP;
    attributes.insns = (uintptr_t)instructions;
    attributes.insn_cnt = count;
    attributes.license = (uintptr_t)"Apache-2.0";
    attributes.log_level = log ? 1 : 0;
    attributes.log_buf = (uintptr_t)log;
    attributes.log_size = logLength;
    return bpf(BPF_PROG_LOAD, &attributes);
}

int CXDP_attach(int program, uint32_t interface, uint32_t flags) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.link_create.prog_fd = program;
    attributes.link_create.target_ifindex = interface;
    attributes.link_create.attach_type = BPF_XDP;
    attributes.link_create.flags = flags;
    return bpf(BPF_LINK_CREATE, &attributes);
}

int CXDP_run(int program, const uint8_t *frame, uint32_t length) {
    union bpf_attr attributes;
    memset(&attributes, 0, sizeof attributes);
    attributes.test.prog_fd = program;
    attributes.test.data_in = (uintptr_t)frame;
    attributes.test.data_size_in = length;
    return bpf(BPF_PROG_TEST_RUN, &attributes) == 0 ? (int)attributes.test.retval : -1;
}
