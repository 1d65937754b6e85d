/*
 * The limit for TeraSort: OUTPUT REDUCERS INPUT... Keys are uniform, so the first byte picks one of
 * 256 buckets; each of two processes sorts half of the buckets by pointer (the next 8 bytes of the
 * key beside the record's address) and gathers each record once, into the output.
 */
#include "files.h"

#define RECORD 100
#define BUCKETS 256

typedef struct {
  uint64_t prefix;
  const uint8_t *record;
} Pointer;

static File *inputs;
static int input_count, reducers;
static const char *output;

static int part_of(int bucket) { return bucket * reducers / BUCKETS; }

static int compare(const void *left, const void *right) {
  const Pointer *a = left, *b = right;
  if (a->prefix != b->prefix) return a->prefix < b->prefix ? -1 : 1;
  return (int)a->record[9] - (int)b->record[9];
}

static void sort_half(int process) {
  int first = process == 0 ? 0 : part_of(BUCKETS / 2);
  int last = process == 0 ? part_of(BUCKETS / 2) : reducers;
  size_t starts[BUCKETS + 1] = {0}, next[BUCKETS];
  for (int i = 0; i < input_count; i++) {
    for (size_t at = 0; at < inputs[i].size; at += RECORD) {
      int bucket = inputs[i].data[at], part = part_of(bucket);
      if (part >= first && part < last) starts[bucket + 1]++;
    }
  }
  for (int bucket = 0; bucket < BUCKETS; bucket++) {
    starts[bucket + 1] += starts[bucket];
    next[bucket] = starts[bucket];
  }
  Pointer *pointers = malloc(starts[BUCKETS] * sizeof *pointers);
  for (int i = 0; i < input_count; i++) {
    for (size_t at = 0; at < inputs[i].size; at += RECORD) {
      const uint8_t *record = inputs[i].data + at;
      int part = part_of(record[0]);
      if (part < first || part >= last) continue;
      uint64_t prefix;
      memcpy(&prefix, record + 1, sizeof prefix);
      pointers[next[record[0]]++] = (Pointer){__builtin_bswap64(prefix), record};
    }
  }
  for (int part = first, bucket = 0; part < last; part++) {
    FILE *file = create_part(output, part);
    for (; bucket < BUCKETS && part_of(bucket) <= part; bucket++) {
      Pointer *from = pointers + starts[bucket], *to = pointers + starts[bucket + 1];
      qsort(from, to - from, sizeof *from, compare);
      for (; from < to; from++) fwrite_unlocked(from->record, 1, RECORD, file);
    }
    close_part(file);
  }
}

int main(int argc, char **argv) {
  output = argv[1];
  reducers = atoi(argv[2]);
  input_count = argc - 3;
  inputs = calloc(input_count, sizeof *inputs);
  for (int i = 0; i < input_count; i++) inputs[i] = map_file(argv[3 + i]);
  if (mkdir(output, 0777) < 0) fail(output);
  in_two_processes(sort_half);
  return 0;
}
