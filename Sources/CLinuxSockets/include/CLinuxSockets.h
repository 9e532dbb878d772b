// Forwarders to Linux calls that do not import into Swift: they need _GNU_SOURCE, are macros, or Glibc leaves them out.
#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H

#include <stdint.h>
#include <sys/socket.h>

/// Twin of `struct mmsghdr`; CLinuxSockets.c asserts that they are alike.
struct CLinuxMessage {
    struct msghdr header;
    unsigned int length;
};

/// Room for the address of an IPv4 or IPv6 peer.
struct CLinuxPeer {
    uint32_t words[7];
};

/// bind to an address of 4 or 16 octets in network order. 0 or -1 with errno.
int CLinux_bind(int socket, int family, const uint8_t *address, uint16_t port);

/// Octets of ancillary data that one packet's addresses may take.
enum { CLinuxControlLength = 64 };

/// recvmmsg with MSG_WAITFORONE: waits for one message, then takes what else is there.
int CLinux_receiveMessages(int socket, struct CLinuxMessage *messages, unsigned int count);

/// sendmmsg.
int CLinux_sendMessages(int socket, struct CLinuxMessage *messages, unsigned int count);

/// Asks for the local address of each packet that comes in (IP_PKTINFO, IPV6_RECVPKTINFO). 0 or -1 with errno.
int CLinux_receiveLocalAddress(int socket, int family);

/// Lets a DNS answer neither carry nor follow path MTU claims (RFC 9715 §3.1). 0 or -1 with errno.
int CLinux_ignorePathMTU(int socket, int family);

/// Makes the ancillary data of a received packet say that its answer leaves from the address that was asked. The
/// route back is the kernel's to choose, except for link-local addresses, which name no interface by themselves.
void CLinux_answerFromLocalAddress(struct msghdr *header);

/// memfd_create(2): a file that is in memory alone, and closed in programs that are started. -1 with errno on failure.
int CLinux_memoryFile(void);

/// malloc_trim(0): gives free memory back to the system.
void CLinux_trimMemory(void);

/// Gives the calling thread a lower priority, and takes it for one that calculates: who wakes up gets its core at once.
/// Linux 6.12 does that for threads with a shorter time slice, so this one asks for the longest, 100 ms.
void CLinux_stepBack(int niceness);

/// Opens what `CLinux_releaseProgramPages` needs. Apart from that, so that no descriptor is added while serving.
void CLinux_prepareProgramPages(void);

/// Unmaps the code and constants of this program and its libraries, which come back from their files page by page where
/// they are used, one by one where the system can do that (Linux 6.7 on): what only the start needed stays away. The
/// program's constants cannot be written to from then on. For one thread at a time.
void CLinux_releaseProgramPages(void);

#endif
