import Foundation

/// An Indexed Job, a pod for each shard, and a second Job that merges. Wants Kubernetes 1.29 or newer (`backoffLimitPerIndex`).
///
/// Pods see the files through one claim, mounted where the paths of the command line are.
struct KubernetesJobs: JobWriter {
  var image: String
  /// The name of a PersistentVolumeClaim.
  var claim: String
  /// Absolute; where the claim is mounted.
  var mount: String
  /// A DNS label.
  var name: String

  let scheduler = "Kubernetes"
  let tools: [String] = []

  func files(for run: ShardedRun) -> [JobFile] {
    [
      JobFile(name: "shards.yaml", purpose: "an Indexed Job: a pod for each shard", text: shards(run)),
      JobFile(name: "merge.yaml", purpose: "a Job that joins the shards", text: merge(run)),
    ]
  }

  func nextSteps(for run: ShardedRun, in folder: String) -> [String] {
    [
      "kubectl apply -f \(folder)/shards.yaml",
      "kubectl wait --for=condition=Complete --timeout=24h job/\(name)",
      "kubectl apply -f \(folder)/merge.yaml",
    ]
  }

  private func shards(_ run: ShardedRun) -> String {
    """
    # A run in \(run.shards) shards: an Indexed Job, a pod for each shard. Another Job, merge.yaml, joins what they write.
    #
    #   kubectl apply -f shards.yaml
    #   kubectl wait --for=condition=Complete --timeout=24h job/\(name)
    #   kubectl apply -f merge.yaml
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: \(name)
    spec:
      completionMode: Indexed
      completions: \(run.shards)
      parallelism: \(min(run.shards, run.atOnce ?? run.shards))
      # How often a shard may start again: after 75 (it stopped early and goes on where it was), or killed.
      backoffLimitPerIndex: 5
      podFailurePolicy:
        rules:
          # A pod that its node was taken from starts again and is not counted.
          - action: Ignore
            onPodConditions:
              - type: DisruptionTarget
                status: "True"
          # The command (64), the pipeline (65) or the installation (78) must be put right first: that is so for every shard.
          - action: FailJob
            onExitCodes:
              containerName: viewfinder
              operator: In
              values: [64, 65, 78]
          # This pod cannot read the photographs. Another might.
          - action: FailIndex
            onExitCodes:
              containerName: viewfinder
              operator: In
              values: [66]
      template:
        spec:
          restartPolicy: Never
          # A pod that is told to end finishes what it has begun.
          terminationGracePeriodSeconds: 90
          containers:
            - name: viewfinder
    \(container(run, run.words + ["--shard", "auto"], cores: run.cores))
              env:
                # With the number that Kubernetes gives each pod, what --shard auto reads.
                - name: SHARDS
                  value: "\(run.shards)"
    \(volume)

    """
  }

  private func merge(_ run: ShardedRun) -> String {
    """
    # Joins the shards' manifests. Fails, and writes nothing, if a shard is missing.
    apiVersion: batch/v1
    kind: Job
    metadata:
      name: \(name)-merge
    spec:
      backoffLimit: 0
      template:
        spec:
          restartPolicy: Never
          containers:
            - name: viewfinder
    \(container(run, run.mergeWords, cores: 1))
    \(volume)

    """
  }

  private func container(_ run: ShardedRun, _ words: [String], cores: Int) -> String {
    let arguments = words.map { "            - \(Self.argument($0))" }.joined(separator: "\n")
    return """
                image: \(Self.text(image))
                workingDir: \(Self.text(run.directory))
                command:
      \(arguments)
                resources:
                  requests: {cpu: \(cores), memory: \(run.memory.mebibytes)Mi}
                  limits: {cpu: \(cores), memory: \(run.memory.mebibytes)Mi}
                volumeMounts:
                  - name: files
                    mountPath: \(Self.text(mount))
      """
  }

  private var volume: String {
    """
          volumes:
            - name: files
              persistentVolumeClaim:
                claimName: \(Self.text(claim))
    """
  }

  /// A word of a command. Kubernetes puts variables in for `$(NAME)`, and a dollar for two.
  static func argument(_ word: String) -> String { text(word.replacing("$", with: "$$")) }

  /// A YAML string in double quotes, whatever is in it.
  static func text(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22, 0x5C: quoted += "\\" + String(scalar)
      // Control characters, the line ends of Unicode, and the byte order mark.
      case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF: quoted += String(format: "\\u%04X", scalar.value)
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
