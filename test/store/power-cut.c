/*
 * LD_PRELOAD: records, in the order in which they happen, what a process asks the disk to do with files of one folder (POWER_CUT_FOLDER) and
 * what it says on stdout, into one log (POWER_CUT_LOG). power-cut.ts tells from it what a disk may hold after any moment.
 * After so many things said (POWER_CUT_SAID) and records beyond (POWER_CUT_MORE) it ends the process: a kill from outside may fall between a call and
 * its record.
 * What is not modelled there (rename, write without an offset) is recorded as '?', and refused there.
 * A record: kind (1 byte), length of the path (2), offset or size (8), length of the data (4), the path, the data; little-endian.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define FILES_MAX 4096
#define PATH_CHARS_MAX 512
/* The call as libc has it, and a result that is the caller's. */
#define REAL(name, type) ((type)dlsym(RTLD_NEXT, name))

static char paths[FILES_MAX][PATH_CHARS_MAX];
static int recorder = -1;
static const char *folder;
static long left_to_say, left_to_record;
/* One thing at a time: the order of the records is the order of the calls. */
static pthread_mutex_t turn = PTHREAD_MUTEX_INITIALIZER;

__attribute__((constructor)) static void start(void) {
  folder = getenv("POWER_CUT_FOLDER");
  const char *log = getenv("POWER_CUT_LOG"), *said = getenv("POWER_CUT_SAID"), *more = getenv("POWER_CUT_MORE");
  left_to_say = said ? atol(said) : 0;
  left_to_record = more ? atol(more) : 0;
  if (folder && log) recorder = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
}

static void record(char kind, const char *path, uint64_t at, const void *data, uint32_t length) {
  char head[15];
  uint16_t chars = strlen(path);
  head[0] = kind;
  memcpy(head + 1, &chars, 2);
  memcpy(head + 3, &at, 8);
  memcpy(head + 11, &length, 4);
  struct iovec parts[] = {{head, sizeof head}, {(void *)path, chars}, {(void *)data, length}};
  if (syscall(SYS_writev, recorder, parts, 3) != (long)(sizeof head + chars + length)) {
    fprintf(stderr, "power-cut: the log cannot be written\n");
    _exit(70);
  }
  if (kind == 's' && left_to_say > 0) left_to_say--;
  /* Whoever records has the turn: nothing is done in another thread that was not recorded. */
  if (left_to_say == 0 && left_to_record-- == 0) _exit(0);
}

/* The index of the log (-shm) is shared memory that SQLite makes anew: it need not outlive anything. */
static int is_watched(const char *path) {
  size_t chars = strlen(path);
  if (recorder < 0 || strncmp(path, folder, strlen(folder)) != 0 || chars >= PATH_CHARS_MAX) return 0;
  return chars < 4 || strcmp(path + chars - 4, "-shm") != 0;
}

static const char *path_of(int fd) { return recorder >= 0 && fd >= 0 && fd < FILES_MAX && paths[fd][0] ? paths[fd] : NULL; }

static int opened(int fd, const char *path, int flags) {
  if (fd < 0 || fd >= FILES_MAX) return fd;
  paths[fd][0] = 0;
  if (!is_watched(path)) return fd;
  strcpy(paths[fd], path);
  if (flags & O_CREAT) record('o', path, 0, NULL, 0);
  /* What is made by this very call has nothing to lose. */
  if ((flags & O_TRUNC) && !(flags & O_EXCL)) record('?', path, 0, NULL, 0);
  return fd;
}

#define OPEN(name)                                                        \
  int name(const char *path, int flags, ...) {                            \
    va_list rest;                                                         \
    va_start(rest, flags);                                                \
    int mode = flags & O_CREAT ? va_arg(rest, int) : 0;                   \
    va_end(rest);                                                         \
    pthread_mutex_lock(&turn);                                            \
    int fd = REAL(#name, int (*)(const char *, int, ...))(path, flags, mode); \
    opened(fd, path, flags);                                              \
    pthread_mutex_unlock(&turn);                                          \
    return fd;                                                            \
  }
OPEN(open)
OPEN(open64)

int close(int fd) {
  pthread_mutex_lock(&turn);
  if (fd >= 0 && fd < FILES_MAX) paths[fd][0] = 0;
  int result = REAL("close", int (*)(int))(fd);
  pthread_mutex_unlock(&turn);
  return result;
}

ssize_t pwrite64(int fd, const void *data, size_t length, off64_t at) {
  pthread_mutex_lock(&turn);
  ssize_t done = REAL("pwrite64", ssize_t(*)(int, const void *, size_t, off64_t))(fd, data, length, at);
  if (done > 0 && path_of(fd)) record('w', path_of(fd), at, data, done);
  pthread_mutex_unlock(&turn);
  return done;
}

/* What is said counts as said from before the call. */
ssize_t write(int fd, const void *data, size_t length) {
  if (recorder >= 0 && (fd == 1 || path_of(fd))) {
    pthread_mutex_lock(&turn);
    record(fd == 1 ? 's' : '?', fd == 1 ? "" : path_of(fd), 0, data, length);
    pthread_mutex_unlock(&turn);
  }
  return REAL("write", ssize_t(*)(int, const void *, size_t))(fd, data, length);
}

/* SQLite only grows a file by this: a write of nothing at its new end. If it ever shrank one, what is seen at the end would not be what is there. */
int ftruncate64(int fd, off64_t size) {
  pthread_mutex_lock(&turn);
  int result = REAL("ftruncate64", int (*)(int, off64_t))(fd, size);
  if (result == 0 && path_of(fd)) record('w', path_of(fd), size, NULL, 0);
  pthread_mutex_unlock(&turn);
  return result;
}

/* Durable when the call has come back, not before. */
#define SYNC(name)                                                       \
  int name(int fd) {                                                     \
    pthread_mutex_lock(&turn);                                           \
    int result = REAL(#name, int (*)(int))(fd);                          \
    if (result == 0 && path_of(fd)) record('f', path_of(fd), 0, NULL, 0); \
    pthread_mutex_unlock(&turn);                                         \
    return result;                                                       \
  }
SYNC(fsync)
SYNC(fdatasync)

int unlink(const char *path) {
  pthread_mutex_lock(&turn);
  int result = REAL("unlink", int (*)(const char *))(path);
  if (result == 0 && is_watched(path)) record('u', path, 0, NULL, 0);
  pthread_mutex_unlock(&turn);
  return result;
}

int rename(const char *from, const char *to) {
  pthread_mutex_lock(&turn);
  if (is_watched(from) || is_watched(to)) record('?', from, 0, NULL, 0);
  int result = REAL("rename", int (*)(const char *, const char *))(from, to);
  pthread_mutex_unlock(&turn);
  return result;
}
