/* What both baselines need: inputs mapped into memory, buffered output, the end on any error. */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

typedef struct {
  const uint8_t *data;
  size_t size;
} File;

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static File map_file(const char *path) {
  int descriptor = open(path, O_RDONLY);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) < 0) fail(path);
  File file = {NULL, status.st_size};
  if (file.size > 0) {
    file.data = mmap(NULL, file.size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, descriptor, 0);
    if (file.data == MAP_FAILED) fail(path);
  }
  close(descriptor);
  return file;
}

/* Memory that a child fills and its parent reads; zero, and taken only where it is touched. */
static void *shared(size_t size) {
  void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) fail("mmap");
  return memory;
}

static FILE *create_part(const char *directory, int part) {
  char path[4096];
  snprintf(path, sizeof path, "%s/part-%05d", directory, part);
  FILE *file = fopen(path, "w");
  if (file == NULL) fail(path);
  setvbuf(file, NULL, _IOFBF, 1 << 20);
  return file;
}

static void close_part(FILE *file) {
  if (fclose(file) != 0) fail("close");
}

/* Runs `work` in two processes, each told which it is. */
static void in_two_processes(void (*work)(int)) {
  for (int process = 0; process < 2; process++) {
    pid_t pid = fork();
    if (pid < 0) fail("fork");
    if (pid == 0) {
      work(process);
      exit(0);
    }
  }
  for (int process = 0; process < 2; process++) {
    int status;
    if (wait(&status) < 0 || status != 0) exit(1);
  }
}
