// Forwarders to Linux socket calls that do not import into Swift.
#ifndef CLINUX_SOCKETS_H
#define CLINUX_SOCKETS_H
#endif
