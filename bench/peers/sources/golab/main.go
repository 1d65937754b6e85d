// Word count in the design of the MIT lab: a coordinator and two workers, all processes of their
// own, over RPC on a unix socket; a map task a file, intermediate pairs as JSON in one file per map
// and reduce, outputs by rename. Usage: golab DIRECTORY REDUCERS INPUT...
package main

import (
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

const workers = 2

func main() {
	log.SetFlags(0)
	directory, reducers := os.Args[1], os.Args[2]
	n, err := strconv.Atoi(reducers)
	must(err)
	if len(os.Args) == 3 {
		work(directory, n)
		return
	}
	// The workers change into the directory, so the inputs must be absolute.
	inputs := os.Args[3:]
	for i := range inputs {
		inputs[i], err = filepath.Abs(inputs[i])
		must(err)
	}
	must(os.Mkdir(directory, 0o777))
	done := serve(directory, inputs, n)
	for range workers {
		worker := exec.Command(os.Args[0], directory, reducers)
		worker.Stderr = os.Stderr
		must(worker.Start())
		defer worker.Wait()
	}
	<-done
}

func socket(directory string) string {
	return filepath.Join(directory, ".coordinator")
}

func intermediate(mapper, reducer int) string {
	return fmt.Sprintf("_mr-%d-%d", mapper, reducer)
}

func must(err error) {
	if err != nil {
		log.Fatal(err)
	}
}
