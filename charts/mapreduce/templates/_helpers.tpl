{{- define "mapreduce.name" -}}
{{- if contains "mapreduce" .Release.Name }}{{ .Release.Name | trunc 40 | trimSuffix "-" }}{{ else }}{{ printf "%s-mapreduce" .Release.Name | trunc 40 | trimSuffix "-" }}{{ end }}
{{- end }}

{{/* Never changes, since a Deployment's selector cannot. */}}
{{- define "mapreduce.selector" -}}
app.kubernetes.io/name: mapreduce
app.kubernetes.io/instance: {{ .Release.Name }}
app.kubernetes.io/component: operator
{{- end }}

{{- define "mapreduce.labels" -}}
{{ include "mapreduce.selector" . }}
app.kubernetes.io/part-of: mapreduce
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version }}
{{- end }}

{{- define "mapreduce.serviceAccount" -}}
{{- if .Values.serviceAccount.create }}{{ .Values.serviceAccount.name | default (include "mapreduce.name" .) }}{{ else }}{{ .Values.serviceAccount.name | default "default" }}{{ end }}
{{- end }}

{{/* By which the replicas of one release, and no other's, know who leads. */}}
{{- define "mapreduce.lease" -}}
{{ include "mapreduce.name" . }}-operator
{{- end }}

{{/* An image by its digest where there is one, else by its tag: (list $ .Values.images.worker). */}}
{{- define "mapreduce.image" -}}
{{- $root := index . 0 }}{{ $image := index . 1 }}
{{- if $image.digest }}{{ $image.repository }}@{{ $image.digest }}{{ else }}{{ $image.repository }}:{{ $image.tag | default $root.Chart.AppVersion }}{{ end }}
{{- end }}

{{/* "true" where Prometheus' operator serves the kind: (list $ "PodMonitor" .Values.metrics.podMonitor.enabled). */}}
{{- define "mapreduce.monitoring" -}}
{{- $root := index . 0 }}{{ $kind := index . 1 }}
{{- if and (index . 2) ($root.Capabilities.APIVersions.Has (printf "monitoring.coreos.com/v1/%s" $kind)) }}true{{ end }}
{{- end }}

{{/* What the operator does to jobs and what it makes for them, in each namespace that it watches. */}}
{{- define "mapreduce.rules" -}}
- apiGroups: [mapreduce.dev]
  resources: [mapreducejobs]
  verbs: [get, list, watch, delete]
- apiGroups: [mapreduce.dev]
  resources: [mapreducejobs/status]
  verbs: [patch]
# To own what blocks a job's deletion, where the cluster checks that.
- apiGroups: [mapreduce.dev]
  resources: [mapreducejobs/finalizers]
  verbs: [update]
- apiGroups: ['']
  resources: [pods]
  verbs: [get, list, watch, create, patch, delete]
# What goes with the job alone is never deleted by the operator.
- apiGroups: ['']
  resources: [services, persistentvolumeclaims]
  verbs: [get, list, watch, create, patch]
# By name alone: it cannot list them. They never change.
- apiGroups: ['']
  resources: [configmaps, secrets]
  verbs: [get, create]
- apiGroups: [apps]
  resources: [deployments]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [networking.k8s.io]
  resources: [networkpolicies]
  verbs: [get, list, watch, create, patch]
- apiGroups: [policy]
  resources: [poddisruptionbudgets]
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: ['', events.k8s.io]
  resources: [events]
  verbs: [create, patch]
{{- end }}
