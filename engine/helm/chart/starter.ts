/** The files of a new chart: a Deployment with its Service, and a test. */
export function starterChart(name: string): Readonly<Record<string, string>> {
  const files: Readonly<Record<string, string>> = {
    'Chart.yaml': CHART,
    'values.yaml': VALUES,
    'templates/_helpers.tpl': HELPERS,
    'templates/deployment.yaml': DEPLOYMENT,
    'templates/service.yaml': SERVICE,
    'templates/NOTES.txt': NOTES,
    'templates/tests/test-connection.yaml': TEST,
  };
  return Object.fromEntries(Object.entries(files).map(([path, text]) => [path, text.replaceAll('CHARTNAME', name)]));
}

const CHART = `apiVersion: v2
name: CHARTNAME
description: A Helm chart for Kubernetes
type: application
# The version of the chart: raise it with every change.
version: 0.1.0
# The version of the program that the chart installs.
appVersion: "1.27"
`;

const VALUES = `# How many pods.
replicaCount: 1

image:
  repository: nginx
  # The chart's appVersion, when empty.
  tag: ""

service:
  type: ClusterIP
  port: 80

resources: {}
`;

const HELPERS = `{{- define "CHARTNAME.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{ .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else -}}
{{ printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" }}
{{- end -}}
{{- end }}

{{- define "CHARTNAME.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "CHARTNAME.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{ include "CHARTNAME.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end }}
`;

const DEPLOYMENT = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ include "CHARTNAME.fullname" . }}
  labels:
    {{- include "CHARTNAME.labels" . | nindent 4 }}
spec:
  replicas: {{ .Values.replicaCount }}
  selector:
    matchLabels:
      {{- include "CHARTNAME.selectorLabels" . | nindent 6 }}
  template:
    metadata:
      labels:
        {{- include "CHARTNAME.labels" . | nindent 8 }}
    spec:
      containers:
        - name: {{ .Chart.Name }}
          image: "{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}"
          ports:
            - name: http
              containerPort: {{ .Values.service.port }}
          {{- with .Values.resources }}
          resources:
            {{- toYaml . | nindent 12 }}
          {{- end }}
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: {{ include "CHARTNAME.fullname" . }}
  labels:
    {{- include "CHARTNAME.labels" . | nindent 4 }}
spec:
  type: {{ .Values.service.type }}
  ports:
    - name: http
      port: {{ .Values.service.port }}
      targetPort: http
  selector:
    {{- include "CHARTNAME.selectorLabels" . | nindent 4 }}
`;

const NOTES = `{{ .Chart.Name }} is installed. To reach it from this machine:

  kubectl --namespace {{ .Release.Namespace }} port-forward service/{{ include "CHARTNAME.fullname" . }} 8080:{{ .Values.service.port }}
`;

const TEST = `apiVersion: v1
kind: Pod
metadata:
  name: "{{ include "CHARTNAME.fullname" . }}-test"
  annotations:
    helm.sh/hook: test
spec:
  restartPolicy: Never
  containers:
    - name: wget
      image: busybox:1.36
      command: [wget, -qO-, '{{ include "CHARTNAME.fullname" . }}:{{ .Values.service.port }}']
`;
