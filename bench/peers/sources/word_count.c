/*
 * The limit for word count: OUTPUT REDUCERS INPUT... Two processes count half of the bytes each in
 * an open-addressing table whose keys lie in one arena; the parent merges and writes.
 */
#include "files.h"

#define SLOTS (1u << 20)
#define ARENA (64u << 20)

typedef struct {
  uint32_t hash, key, length;
  uint32_t count;
} Slot;

typedef struct {
  uint32_t used, arena_used;
  Slot slots[SLOTS];
  uint8_t arena[ARENA];
} Table;

static Table *tables[2];
static File *inputs;
static int input_count;
static uint8_t is_letter[256];

static void add(Table *table, const uint8_t *key, uint32_t length, uint32_t hash, uint32_t count) {
  for (uint32_t i = hash & (SLOTS - 1);; i = (i + 1) & (SLOTS - 1)) {
    Slot *slot = &table->slots[i];
    if (slot->count == 0) {
      if (++table->used > SLOTS / 2 || table->arena_used + length > ARENA) {
        fputs("too many distinct words\n", stderr);
        exit(1);
      }
      *slot = (Slot){hash, table->arena_used, length, count};
      memcpy(table->arena + table->arena_used, key, length);
      table->arena_used += length;
      return;
    }
    if (slot->hash == hash && slot->length == length &&
        memcmp(table->arena + slot->key, key, length) == 0) {
      slot->count += count;
      return;
    }
  }
}

/* Words of letters in ASCII that begin in [start, end); FNV-1a on the way. */
static void count_range(Table *table, File file, size_t start, size_t end) {
  const uint8_t *data = file.data;
  size_t at = start;
  if (at > 0 && is_letter[data[at - 1]]) {
    while (at < file.size && is_letter[data[at]]) at++;
  }
  while (at < end) {
    if (!is_letter[data[at]]) {
      at++;
      continue;
    }
    size_t first = at;
    uint32_t hash = 2166136261u;
    do hash = (hash ^ data[at++]) * 16777619u;
    while (at < file.size && is_letter[data[at]]);
    add(table, data + first, at - first, hash, 1);
  }
}

static void count_half(int process) {
  for (int i = 0; i < input_count; i++) {
    size_t half = inputs[i].size / 2;
    if (process == 0) count_range(tables[0], inputs[i], 0, half);
    else count_range(tables[1], inputs[i], half, inputs[i].size);
  }
}

static int compare(const void *left, const void *right) {
  const Slot *a = *(Slot *const *)left, *b = *(Slot *const *)right;
  const uint8_t *arena = tables[0]->arena;
  uint32_t shorter = a->length < b->length ? a->length : b->length;
  int order = memcmp(arena + a->key, arena + b->key, shorter);
  return order != 0 ? order : (int)a->length - (int)b->length;
}

int main(int argc, char **argv) {
  int reducers = atoi(argv[2]);
  input_count = argc - 3;
  inputs = calloc(input_count, sizeof *inputs);
  for (int i = 0; i < input_count; i++) inputs[i] = map_file(argv[3 + i]);
  for (int c = 'A'; c <= 'Z'; c++) is_letter[c] = is_letter[c | 32] = 1;
  for (int i = 0; i < 2; i++) tables[i] = shared(sizeof(Table));
  in_two_processes(count_half);

  for (uint32_t i = 0; i < SLOTS; i++) {
    Slot *slot = &tables[1]->slots[i];
    if (slot->count > 0) {
      add(tables[0], tables[1]->arena + slot->key, slot->length, slot->hash, slot->count);
    }
  }
  Slot **sorted = malloc(tables[0]->used * sizeof *sorted);
  uint32_t words = 0;
  for (uint32_t i = 0; i < SLOTS; i++) {
    if (tables[0]->slots[i].count > 0) sorted[words++] = &tables[0]->slots[i];
  }
  qsort(sorted, words, sizeof *sorted, compare);

  if (mkdir(argv[1], 0777) < 0) fail(argv[1]);
  FILE **parts = calloc(reducers, sizeof *parts);
  for (int part = 0; part < reducers; part++) parts[part] = create_part(argv[1], part);
  for (uint32_t i = 0; i < words; i++) {
    FILE *part = parts[(sorted[i]->hash & 0x7fffffff) % reducers];
    fwrite(tables[0]->arena + sorted[i]->key, 1, sorted[i]->length, part);
    fprintf(part, "\t%u\n", sorted[i]->count);
  }
  for (int part = 0; part < reducers; part++) close_part(parts[part]);
  return 0;
}
