package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"hash/fnv"
	"io"
	"net/rpc"
	"os"
	"sort"
	"strconv"
	"strings"
	"time"
	"unicode"
)

const pause = 100 * time.Millisecond

// KeyValue is an intermediate pair.
type KeyValue struct {
	Key   string
	Value string
}

func mapWords(contents string) []KeyValue {
	words := strings.FieldsFunc(contents, func(r rune) bool { return !unicode.IsLetter(r) })
	pairs := []KeyValue{}
	for _, word := range words {
		pairs = append(pairs, KeyValue{word, "1"})
	}
	return pairs
}

func reduceWord(_ string, values []string) string {
	return strconv.Itoa(len(values))
}

func ihash(key string) int {
	h := fnv.New32a()
	h.Write([]byte(key))
	return int(h.Sum32() & 0x7fffffff)
}

func work(directory string, reducers int) {
	must(os.Chdir(directory))
	coordinator, err := rpc.Dial("unix", socket("."))
	must(err)
	for {
		var task Task
		if coordinator.Call("Coordinator.Ask", struct{}{}, &task) != nil {
			return
		}
		switch task.Kind {
		case Map:
			runMap(task, reducers)
		case Reduce:
			runReduce(task)
		case Wait:
			time.Sleep(pause)
			continue
		case Exit:
			return
		}
		if coordinator.Call("Coordinator.Done", task, &struct{}{}) != nil {
			return
		}
	}
}

func runMap(task Task, reducers int) {
	contents, err := os.ReadFile(task.Input)
	must(err)
	buckets := make([][]KeyValue, reducers)
	for _, pair := range mapWords(string(contents)) {
		bucket := ihash(pair.Key) % reducers
		buckets[bucket] = append(buckets[bucket], pair)
	}
	for i, bucket := range buckets {
		write(intermediate(task.Index, i), func(w io.Writer) {
			encoder := json.NewEncoder(w)
			for _, pair := range bucket {
				must(encoder.Encode(&pair))
			}
		})
	}
}

func runReduce(task Task) {
	pairs := []KeyValue{}
	for i := range task.Maps {
		pairs = append(pairs, read(intermediate(i, task.Index))...)
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i].Key < pairs[j].Key })
	write(fmt.Sprintf("mr-out-%d", task.Index), func(w io.Writer) {
		for i := 0; i < len(pairs); {
			values := []string{}
			j := i
			for ; j < len(pairs) && pairs[j].Key == pairs[i].Key; j++ {
				values = append(values, pairs[j].Value)
			}
			fmt.Fprintf(w, "%v %v\n", pairs[i].Key, reduceWord(pairs[i].Key, values))
			i = j
		}
	})
}

func read(name string) []KeyValue {
	file, err := os.Open(name)
	must(err)
	defer file.Close()
	pairs := []KeyValue{}
	for decoder := json.NewDecoder(file); ; {
		var pair KeyValue
		err := decoder.Decode(&pair)
		if errors.Is(err, io.EOF) {
			return pairs
		}
		must(err)
		pairs = append(pairs, pair)
	}
}

func write(name string, fill func(io.Writer)) {
	file, err := os.CreateTemp(".", ".attempt-")
	must(err)
	buffered := bufio.NewWriter(file)
	fill(buffered)
	must(buffered.Flush())
	must(file.Close())
	must(os.Rename(file.Name(), name))
}
