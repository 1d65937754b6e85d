package main

import (
	"net"
	"net/rpc"
	"sync"
	"time"
)

const patience = 10 * time.Second

type Kind int

const (
	Wait Kind = iota
	Map
	Reduce
	Exit
)

// Task is what a worker is told to do, and what it reports as done.
type Task struct {
	Kind  Kind
	Index int
	Input string
	Maps  int
}

type phase struct {
	started []time.Time
	done    []bool
	left    int
}

func newPhase(tasks int) *phase {
	return &phase{make([]time.Time, tasks), make([]bool, tasks), tasks}
}

// take finds a task that nobody runs, or whose worker has been silent for too long.
func (p *phase) take() (int, bool) {
	for i := range p.done {
		if !p.done[i] && time.Since(p.started[i]) > patience {
			p.started[i] = time.Now()
			return i, true
		}
	}
	return 0, false
}

func (p *phase) finish(i int) {
	if !p.done[i] {
		p.done[i] = true
		p.left--
	}
}

// Coordinator hands out tasks, first all maps and then all reduces.
type Coordinator struct {
	mutex         sync.Mutex
	inputs        []string
	maps, reduces *phase
	finished      chan struct{}
}

func (c *Coordinator) Ask(_ struct{}, task *Task) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	task.Maps = len(c.inputs)
	switch {
	case c.maps.left > 0:
		if i, found := c.maps.take(); found {
			task.Kind, task.Index, task.Input = Map, i, c.inputs[i]
		}
	case c.reduces.left > 0:
		if i, found := c.reduces.take(); found {
			task.Kind, task.Index = Reduce, i
		}
	default:
		task.Kind = Exit
	}
	return nil
}

func (c *Coordinator) Done(task Task, _ *struct{}) error {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	if task.Kind == Map {
		c.maps.finish(task.Index)
		return nil
	}
	c.reduces.finish(task.Index)
	if c.reduces.left == 0 && c.finished != nil {
		close(c.finished)
		c.finished = nil
	}
	return nil
}

func serve(directory string, inputs []string, reducers int) <-chan struct{} {
	finished := make(chan struct{})
	coordinator := &Coordinator{
		inputs:   inputs,
		maps:     newPhase(len(inputs)),
		reduces:  newPhase(reducers),
		finished: finished,
	}
	server := rpc.NewServer()
	must(server.Register(coordinator))
	listener, err := net.Listen("unix", socket(directory))
	must(err)
	go server.Accept(listener)
	return finished
}
