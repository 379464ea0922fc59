#ifndef STUB_SPAWN_H
#define STUB_SPAWN_H
#include <signal.h>
#include <sys/types.h>

typedef void *posix_spawnattr_t, *posix_spawn_file_actions_t;

#define POSIX_SPAWN_SETPGROUP       0x0002
#define POSIX_SPAWN_SETSIGDEF       0x0004
#define POSIX_SPAWN_SETSIGMASK      0x0008
#define POSIX_SPAWN_CLOEXEC_DEFAULT 0x4000

int posix_spawn(pid_t *restrict id, const char *restrict path, const posix_spawn_file_actions_t *files,
                const posix_spawnattr_t *restrict how, char *const *restrict arguments, char *const *restrict environment);
int posix_spawn_file_actions_addclose(posix_spawn_file_actions_t *files, int fd);
int posix_spawn_file_actions_adddup2(posix_spawn_file_actions_t *files, int fd, int to);
int posix_spawn_file_actions_addopen(posix_spawn_file_actions_t *restrict files, int fd, const char *restrict path, int how, mode_t mode);
int posix_spawn_file_actions_destroy(posix_spawn_file_actions_t *files);
int posix_spawn_file_actions_init(posix_spawn_file_actions_t *files);
int posix_spawnattr_destroy(posix_spawnattr_t *how);
int posix_spawnattr_init(posix_spawnattr_t *how);
int posix_spawnattr_setflags(posix_spawnattr_t *how, short flags);
int posix_spawnattr_setpgroup(posix_spawnattr_t *how, pid_t group);
int posix_spawnattr_setsigdefault(posix_spawnattr_t *restrict how, const sigset_t *restrict set);
int posix_spawnattr_setsigmask(posix_spawnattr_t *restrict how, const sigset_t *restrict set);

#endif
