// The floor: what the kernel takes for a packet each way, whatever a server does with it. Sends each UDP packet back
// with the QR bit set, in batches as our workers do; understands nothing.
//   echo PORT
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <sys/socket.h>

enum { BATCH = 64, LENGTH = 2048 };

static unsigned char packets[BATCH][LENGTH];
static struct sockaddr_in peers[BATCH];
static struct iovec vectors[BATCH];
static struct mmsghdr messages[BATCH];

int main(int count, char **arguments) {
    if (count != 2) return 2;
    int descriptor = socket(AF_INET, SOCK_DGRAM, 0), room = 4 << 20;
    // As ours: a floor for latencies loses nothing.
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &room, sizeof room);
    setsockopt(descriptor, SOL_SOCKET, SO_RCVBUFFORCE, &room, sizeof room);
    struct sockaddr_in here = {.sin_family = AF_INET, .sin_port = htons((unsigned short)atoi(arguments[1]))};
    inet_pton(AF_INET, "127.0.0.1", &here.sin_addr);
    if (bind(descriptor, (struct sockaddr *)&here, sizeof here) != 0) return 1;
    for (int i = 0; i < BATCH; i++) {
        vectors[i].iov_base = packets[i];
        messages[i].msg_hdr.msg_iov = &vectors[i];
        messages[i].msg_hdr.msg_iovlen = 1;
        messages[i].msg_hdr.msg_name = &peers[i];
    }
    for (;;) {
        for (int i = 0; i < BATCH; i++) {
            vectors[i].iov_len = LENGTH;
            messages[i].msg_hdr.msg_namelen = sizeof peers[i];
        }
        int got = recvmmsg(descriptor, messages, BATCH, MSG_WAITFORONE, NULL);
        for (int i = 0; i < got; i++) {
            vectors[i].iov_len = messages[i].msg_len;
            packets[i][2] |= 0x80;
        }
        for (int sent = 0, now; sent < got; sent += now)
            if ((now = sendmmsg(descriptor, messages + sent, (unsigned)(got - sent), 0)) < 1) now = 1;
    }
}
