// Gives pages of the program back that only its start needed. They come back from the file where they are used.
#define _GNU_SOURCE
#include "CLinuxSockets.h"

#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <linux/userfaultfd.h>
#include <stdbool.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

// Linux 6.7, younger than the headers of Debian 12.
#ifndef UFFD_FEATURE_WP_ASYNC
#define UFFD_FEATURE_WP_ASYNC (1 << 15)
#endif

/// See `open_watch`; -1 if there is none. Closed by the system with the program.
static int watch = -1;

/// The program's constants, as addresses of whole pages; empty if they could not be found.
struct constants {
    uintptr_t start, end;
};

static uintptr_t page_size(void) { return (uintptr_t)sysconf(_SC_PAGESIZE); }

static bool read_at(int file, void *buffer, size_t count, uint64_t offset) {
    return pread(file, buffer, count, (off_t)offset) == (ssize_t)count;
}

/// Where the section `.rodata` of the program in `file` is, which is loaded at `base`.
static struct constants find_constants(int file, uintptr_t base) {
    ElfW(Ehdr) header;
    ElfW(Shdr) sections[128];
    char names[4096];
    struct constants none = {0, 0};
    if (!read_at(file, &header, sizeof header, 0) || memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_shentsize != sizeof sections[0] || header.e_shnum > sizeof sections / sizeof sections[0] ||
        header.e_shstrndx >= header.e_shnum ||
        !read_at(file, sections, header.e_shnum * sizeof sections[0], header.e_shoff))
        return none;
    ElfW(Shdr) *strings = &sections[header.e_shstrndx];
    if (strings->sh_size > sizeof names || !read_at(file, names, strings->sh_size, strings->sh_offset)) return none;
    static const char wanted[] = ".rodata";
    for (int i = 0; i < header.e_shnum; i++) {
        ElfW(Shdr) *section = &sections[i];
        bool is_named = section->sh_name + sizeof wanted <= strings->sh_size &&
                        memcmp(names + section->sh_name, wanted, sizeof wanted) == 0;
        if (!is_named || section->sh_type != SHT_PROGBITS || !(section->sh_flags & SHF_ALLOC)) continue;
        uintptr_t page = page_size();
        uintptr_t start = (base + section->sh_addr + page - 1) & ~(page - 1);
        uintptr_t end = (base + section->sh_addr + section->sh_size) & ~(page - 1);
        return start < end ? (struct constants){start, end} : none;
    }
    return none;
}

/// A descriptor that keeps Linux from mapping the 15 pages around each page of a file that is used, as far as they are
/// in memory: it does so but for memory whose writes are watched. Here nothing is, as nothing is protected, so there is
/// nothing to read from it. To be kept open: memory is watched for as long as that.
/// - Returns: -1 before Linux 6.7, and where it is forbidden (Docker's default): more stays in memory then.
static int open_watch(void) {
    int file = (int)syscall(SYS_userfaultfd, O_CLOEXEC | O_NONBLOCK | UFFD_USER_MODE_ONLY);
    if (file < 0) return -1;
    struct uffdio_api api = {.api = UFFD_API, .features = UFFD_FEATURE_WP_ASYNC};
    if (ioctl(file, UFFDIO_API, &api) == 0) return file;
    close(file);
    return -1;
}

/// Gives whole pages of files back, of which nothing was written to.
static void release(uintptr_t start, uintptr_t end) {
    struct uffdio_register watched = {
        .range = {.start = start, .len = end - start}, .mode = UFFDIO_REGISTER_MODE_WP};
    if (watch >= 0) ioctl(watch, UFFDIO_REGISTER, &watched);
    madvise((void *)start, end - start, MADV_DONTNEED);
}

/// Swift marks its constants as writable, so linkers put all of the program's among its variables. Once they are
/// protected, nothing can be lost by giving them back.
static void release_constants(uintptr_t base) {
    int file = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
    if (file < 0) return;
    struct constants found = find_constants(file, base);
    close(file);
    size_t size = found.end - found.start;
    if (size > 0 && mprotect((void *)found.start, size, PROT_READ) == 0) release(found.start, found.end);
}

static int release_read_only_pages(struct dl_phdr_info *object, size_t size, void *context) {
    uintptr_t page = page_size();
    for (int i = 0; i < object->dlpi_phnum; i++) {
        const ElfW(Phdr) *segment = &object->dlpi_phdr[i];
        if (segment->p_type != PT_LOAD || segment->p_flags & PF_W) continue;
        uintptr_t start = (object->dlpi_addr + segment->p_vaddr) & ~(page - 1);
        uintptr_t end = (object->dlpi_addr + segment->p_vaddr + segment->p_memsz + page - 1) & ~(page - 1);
        release(start, end);
    }
    // The first object is the program itself.
    bool *is_program = context;
    if (*is_program) release_constants(object->dlpi_addr);
    *is_program = false;
    return 0;
}

void CLinux_prepareProgramPages(void) {
    if (watch < 0) watch = open_watch();
}

void CLinux_releaseProgramPages(void) {
    bool is_program = true;
    dl_iterate_phdr(release_read_only_pages, &is_program);
}
