// Targets that fail when told to: one port of all addresses, HTTP, 200 to everybody, until a line on stdin names a path.
// From then on the next to ask ADDRESS for that path is told 500; the path and that moment (CLOCK_MONOTONIC, ns, before the
// answer is sent) are printed once. In C, as what this takes on two cores is taken from the server that is measured.
//   flip PORT ADDRESS
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { MOST = 4096, LONGEST = 64 };

static const char good[] = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
static const char bad[] = "HTTP/1.1 500 No\r\nContent-Length: 0\r\n\r\n";
static struct { char path[LONGEST]; int is_told; } failing[MOST];
static int failing_count;

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

static int find(const char *path) {
    for (int i = 0; i < failing_count; i++)
        if (!strcmp(failing[i].path, path)) return i;
    return -1;
}

// Requests come in one piece, each on a connection of its own.
static void answer(int s, in_addr_t address) {
    char in[4096], path[LONGEST];
    ssize_t size = recv(s, in, sizeof in - 1, 0);
    if (size <= 0) {
        close(s);
        return;
    }
    in[size] = 0;
    int found = sscanf(in, "GET %63s", path) == 1 ? find(path) : -1;
    struct sockaddr_in here;
    socklen_t length = sizeof here;
    if (found >= 0 && (getsockname(s, (void *)&here, &length) || here.sin_addr.s_addr != address)) found = -1;
    if (found < 0) {
        send(s, good, sizeof good - 1, MSG_NOSIGNAL);
        return;
    }
    uint64_t time = now();
    send(s, bad, sizeof bad - 1, MSG_NOSIGNAL);
    if (!failing[found].is_told++) printf("%s %llu\n", path, (unsigned long long)time), fflush(stdout);
}

int main(int count, char **arguments) {
    if (count != 3) return 2;
    in_addr_t address = inet_addr(arguments[2]);
    int poll = epoll_create1(0), listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
    setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
    struct sockaddr_in here = {AF_INET, htons((unsigned short)atoi(arguments[1])), {INADDR_ANY}, {0}};
    if (bind(listener, (void *)&here, sizeof here) || listen(listener, 4096)) return perror("flip"), 1;
    epoll_ctl(poll, EPOLL_CTL_ADD, listener, &(struct epoll_event){EPOLLIN, {.fd = listener}});
    epoll_ctl(poll, EPOLL_CTL_ADD, 0, &(struct epoll_event){EPOLLIN, {.fd = 0}});
    for (struct epoll_event events[64];;) {
        int ready = epoll_wait(poll, events, 64, -1);
        for (int i = 0; i < ready; i++) {
            int s = events[i].data.fd;
            if (s == 0) {
                // One line at a time, each written in one piece.
                char line[LONGEST + 1];
                ssize_t size = read(0, line, LONGEST);
                if (size <= 0) return 0;
                line[size] = 0;
                if (failing_count < MOST && sscanf(line, "%63s", failing[failing_count].path) == 1) failing_count++;
            } else if (s == listener) {
                for (int one; (one = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;)
                    epoll_ctl(poll, EPOLL_CTL_ADD, one, &(struct epoll_event){EPOLLIN, {.fd = one}});
            } else {
                answer(s, address);
            }
        }
    }
}
