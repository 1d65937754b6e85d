#!/bin/sh
# Three hosts on one machine: a network namespace, a mount namespace and a private disk each, joined
# by a bridge. Run inside `unshare --net --mount`; everything goes when it ends.
#   three-hosts.sh DISK COORDINATOR WORKER
# DISK is a directory: on each host an empty file system of its own lies over it. COORDINATOR and
# WORKER are shell commands; the script ends with the coordinator's exit code.
set -eu
disk=$1 coordinator=$2 worker=$3

mount --make-rprivate /
mount -t tmpfs tmpfs /run
ip link set lo up
ip link add bridge0 type bridge
ip link set bridge0 up
for host in 1 2 3; do
  ip netns add "host$host"
  ip link add "veth$host" type veth peer name eth0 netns "host$host"
  ip link set "veth$host" master bridge0 up
  ip -n "host$host" address add "10.77.0.$host/24" dev eth0
  ip -n "host$host" link set eth0 up
  ip -n "host$host" link set lo up
done

on_host() { # NUMBER COMMAND
  ip netns exec "host$1" unshare --mount sh -c \
    'mount -t tmpfs tmpfs "$1" && export HOST_NUMBER="$2" && exec sh -c "$3"' sh "$disk" "$1" "$2"
}

on_host 2 "$worker" &
second=$!
on_host 3 "$worker" &
third=$!
code=0
on_host 1 "$coordinator" || code=$?
wait "$second" || code=$?
wait "$third" || code=$?
exit "$code"
