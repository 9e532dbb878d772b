#define _GNU_SOURCE
#include "CLinuxSockets.h"

#include <malloc.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <sched.h>
#include <stddef.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

_Static_assert(sizeof(struct CLinuxMessage) == sizeof(struct mmsghdr), "twin of mmsghdr");
_Static_assert(offsetof(struct CLinuxMessage, length) == offsetof(struct mmsghdr, msg_len), "twin of mmsghdr");
_Static_assert(CMSG_SPACE(sizeof(struct in6_pktinfo)) <= CLinuxControlLength, "room for a packet's addresses");

_Static_assert(sizeof(struct CLinuxPeer) == sizeof(struct sockaddr_in6), "room for any peer");

int CLinux_bind(int socket, int family, const uint8_t *address, uint16_t port) {
    struct sockaddr_in v4 = {.sin_family = AF_INET, .sin_port = htons(port)};
    struct sockaddr_in6 v6 = {.sin6_family = AF_INET6, .sin6_port = htons(port)};
    if (family == AF_INET6) {
        memcpy(&v6.sin6_addr, address, sizeof v6.sin6_addr);
        return bind(socket, (const struct sockaddr *)&v6, sizeof v6);
    }
    memcpy(&v4.sin_addr, address, sizeof v4.sin_addr);
    return bind(socket, (const struct sockaddr *)&v4, sizeof v4);
}

// glibc's own two are points of cancellation, which nobody here uses: what they do about it shows beside a short batch.
int CLinux_receiveMessages(int socket, struct CLinuxMessage *messages, unsigned int count) {
    return (int)syscall(SYS_recvmmsg, socket, messages, count, MSG_WAITFORONE, NULL);
}

int CLinux_sendMessages(int socket, struct CLinuxMessage *messages, unsigned int count) {
    return (int)syscall(SYS_sendmmsg, socket, messages, count, 0);
}

int CLinux_receiveLocalAddress(int socket, int family) {
    int on = 1;
    return family == AF_INET6 ? setsockopt(socket, IPPROTO_IPV6, IPV6_RECVPKTINFO, &on, sizeof on)
                              : setsockopt(socket, IPPROTO_IP, IP_PKTINFO, &on, sizeof on);
}

int CLinux_ignorePathMTU(int socket, int family) {
    int mode = family == AF_INET6 ? IPV6_PMTUDISC_OMIT : IP_PMTUDISC_OMIT;
    return family == AF_INET6 ? setsockopt(socket, IPPROTO_IPV6, IPV6_MTU_DISCOVER, &mode, sizeof mode)
                              : setsockopt(socket, IPPROTO_IP, IP_MTU_DISCOVER, &mode, sizeof mode);
}

void CLinux_answerFromLocalAddress(struct msghdr *header) {
    for (struct cmsghdr *item = CMSG_FIRSTHDR(header); item; item = CMSG_NXTHDR(header, item)) {
        if (item->cmsg_level == IPPROTO_IP && item->cmsg_type == IP_PKTINFO) {
            struct in_pktinfo info;
            memcpy(&info, CMSG_DATA(item), sizeof info);
            info.ipi_ifindex = 0;
            memcpy(CMSG_DATA(item), &info, sizeof info);
        } else if (item->cmsg_level == IPPROTO_IPV6 && item->cmsg_type == IPV6_PKTINFO) {
            struct in6_pktinfo info;
            memcpy(&info, CMSG_DATA(item), sizeof info);
            if (!IN6_IS_ADDR_LINKLOCAL(&info.ipi6_addr)) info.ipi6_ifindex = 0;
            memcpy(CMSG_DATA(item), &info, sizeof info);
        }
    }
}

int CLinux_memoryFile(void) { return memfd_create("triagedns", MFD_CLOEXEC); }

void CLinux_trimMemory(void) { malloc_trim(0); }

void CLinux_stepBack(int niceness) {
    // As the kernel has it; the C library knows it since 2.41 only.
    struct {
        uint32_t size, policy;
        uint64_t flags;
        int32_t nice;
        uint32_t priority;
        uint64_t runtime, deadline, period;
    } attributes = {
        .size = sizeof attributes, .policy = SCHED_BATCH, .nice = niceness, .runtime = 100 * 1000 * 1000};
    if (syscall(SYS_sched_setattr, 0, &attributes, 0) != 0) setpriority(PRIO_PROCESS, 0, niceness);
}
