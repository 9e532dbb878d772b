// The kernel's own interface to AF_XDP and BPF, as forwarders: ring sizes and addresses that need a macro, a variadic
// call or a memory barrier. No library: libxdp and libbpf would load and find programs, and we have one program.
#ifndef CXDP_H
#define CXDP_H

#include <linux/if_link.h>
#include <linux/if_xdp.h>
#include <stdint.h>
#include <sys/eventfd.h>

/// What one has to know of a network interface.
struct CXDPInterface {
    uint32_t index;
    uint32_t mtu;
    /// Queues that take packets in.
    uint32_t queues;
    uint8_t isUp;
    uint8_t isEthernet;
    /// The card takes VLAN tags off before a program sees the frame.
    uint8_t stripsTags;
};

/// Looks at an interface of this network namespace. 0 or -1 with errno.
int CXDP_interface(const char *name, struct CXDPInterface *result);

/// Opens an AF_XDP socket. A descriptor, or -1 with errno.
int CXDP_openSocket(void);

/// A ring that is shared with the kernel.
struct CXDPRing {
    uint32_t *producer;
    uint32_t *consumer;
    uint32_t *flags;
    void *entries;
    /// What is mapped, for munmap.
    void *base;
    uint64_t length;
};

enum CXDPRingKind { CXDPReceive, CXDPTransmit, CXDPFill, CXDPCompletion };

/// Makes a ring of `size` entries, a power of two, and maps it. 0 or -1 with errno.
int CXDP_openRing(int socket, enum CXDPRingKind kind, uint32_t size, struct CXDPRing *result);

/// Reads an index that the kernel writes: what it wrote before is seen, too.
static inline uint32_t CXDP_load(const uint32_t *index) { return __atomic_load_n(index, __ATOMIC_ACQUIRE); }

/// Writes an index that the kernel reads: what was written before is seen by it, too.
static inline void CXDP_store(uint32_t *index, uint32_t value) { __atomic_store_n(index, value, __ATOMIC_RELEASE); }

/// Makes `memory` the frames of a socket. 0 or -1 with errno.
int CXDP_registerFrames(int socket, void *memory, uint64_t length, uint32_t frameSize);

/// Binds to a queue, with the flags of sockaddr_xdp. 0 or -1 with errno.
int CXDP_bind(int socket, uint32_t interface, uint32_t queue, uint16_t flags);

/// Whether the card and we share memory: 1 or 0.
int CXDP_isZeroCopy(int socket);

/// Tells the kernel that there are frames to send. 0 or -1 with errno.
int CXDP_send(int socket);

/// Raises the limit of locked memory as far as it goes: frames count, and before Linux 5.11 maps and programs too.
void CXDP_raiseLockedMemory(void);

/// A map from queues to AF_XDP sockets. A descriptor, or -1 with errno.
int CXDP_createSocketMap(uint32_t queues);

/// Has the map send a queue's packets to a socket. 0 or -1 with errno.
int CXDP_setSocket(int map, uint32_t queue, int socket);

/// Loads an XDP program. A descriptor, or -1 with errno. `log`, if not NULL, has what the verifier says.
int CXDP_loadProgram(const uint64_t *instructions, uint32_t count, char *log, uint32_t logLength);

/// Attaches a program for as long as the descriptor is open, with XDP_FLAGS_DRV_MODE or XDP_FLAGS_SKB_MODE. A
/// descriptor, or -1 with errno.
int CXDP_attach(int program, uint32_t interface, uint32_t flags);

/// Runs a program over a frame, sending nothing: what it returns (enum xdp_action), or -1 with errno.
int CXDP_run(int program, const uint8_t *frame, uint32_t length);

#endif
