#define _GNU_SOURCE
#include "CLinuxSockets.h"
