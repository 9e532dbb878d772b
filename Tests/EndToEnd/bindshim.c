// Loaded with LD_PRELOAD: a program that insists on binding every address binds $ONLY_ADDRESS instead.
// Orthanc can only listen on 0.0.0.0; with this, two of them have the real port 11112 on one machine.
// Build: cc -shared -fPIC -o bindshim.so bindshim.c
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <dlfcn.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

typedef int (*bind_function)(int, const struct sockaddr *, socklen_t);

/// Replaces a wildcard by `only`; leaves any other address as it is.
static void narrow(struct sockaddr_storage *address, struct in_addr only) {
    if (address->ss_family == AF_INET) {
        struct sockaddr_in *v4 = (struct sockaddr_in *)address;
        if (v4->sin_addr.s_addr == htonl(INADDR_ANY)) v4->sin_addr = only;
    } else if (address->ss_family == AF_INET6) {
        struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)address;
        if (!IN6_IS_ADDR_UNSPECIFIED(&v6->sin6_addr)) return;
        // An IPv4-mapped address: the socket stays an IPv6 one.
        memset(&v6->sin6_addr.s6_addr[10], 0xff, 2);
        memcpy(&v6->sin6_addr.s6_addr[12], &only, sizeof only);
    }
}

int bind(int descriptor, const struct sockaddr *address, socklen_t length) {
    bind_function next = (bind_function)dlsym(RTLD_NEXT, "bind");
    const char *text = getenv("ONLY_ADDRESS");
    struct sockaddr_storage copy = {0};
    struct in_addr only;
    if (!next) { errno = ENOSYS; return -1; }
    if (!address || !text || length > sizeof copy || inet_pton(AF_INET, text, &only) != 1)
        return next(descriptor, address, length);
    memcpy(&copy, address, length);
    narrow(&copy, only);
    return next(descriptor, (struct sockaddr *)&copy, length);
}
