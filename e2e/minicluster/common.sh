# Names, places and addresses that the scripts share. Sourced, never run.
# shellcheck shell=bash disable=SC2034

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
bin=${MINICLUSTER_BIN:-/opt/minicluster/bin}          # the cluster's programs
dir=${MINICLUSTER_DIR:-/var/lib/minicluster}          # what one cluster writes; `down` removes it
images=${MINICLUSTER_IMAGES:-/var/lib/minicluster-images} # buildah's store: outlives clusters
sockets=/run/minicluster                              # kept short: a socket's path has 107 bytes at most
pki=$dir/pki logs=$dir/logs run=$dir/run

control_plane=mini-cp # its network namespace, which holds the bridge that the nodes are plugged into
net=10.250.0          # the control plane is .1, node I is .(10 + I)
service_cidr=10.251.0.0/16
pod_cidr=10.252.0.0/16 # node I has 10.252.(I - 1).0/24

usage() { # SCRIPT: its head comment
  sed -n '2,/^[^#]/{/^#/s/^# \{0,1\}//p}' "$1" >&2
  exit 2
}
fail() {
  echo "$(basename "$0"): $*" >&2
  exit 1
}
# Runs a command in a network namespace of the cluster: an address there, a file system as here.
inside() { local ns=$1; shift; nsenter --net="/run/netns/$ns" "$@"; }

# A certificate NAME.crt and its key, signed by the cluster's authority.
certificate() { # NAME SUBJECT [ALTERNATIVE_NAMES]
  openssl req -newkey rsa:2048 -nodes -subj "$2" -keyout "$pki/$1.key" -out "$pki/$1.csr" 2>/dev/null
  openssl x509 -req -in "$pki/$1.csr" -CA "$pki/ca.crt" -CAkey "$pki/ca.key" -CAcreateserial -days 3650 \
    -extfile <(printf 'extendedKeyUsage=clientAuth,serverAuth\n%s' "${3:+subjectAltName=$3}") \
    -out "$pki/$1.crt" 2>/dev/null
}
# A kubeconfig for who holds certificate NAME.
kubeconfig() { # NAME
  cat >"$pki/$1.kubeconfig" <<END
apiVersion: v1
kind: Config
current-context: minicluster
clusters: [{name: minicluster, cluster: {server: "https://$net.1:6443", certificate-authority-data: $(base64 -w0 "$pki/ca.crt")}}]
contexts: [{name: minicluster, context: {cluster: minicluster, user: me}}]
users: [{name: me, user: {client-certificate-data: $(base64 -w0 "$pki/$1.crt"), client-key-data: $(base64 -w0 "$pki/$1.key")}}]
END
}
