/// An array of jobs, one for each shard, and a job behind it that merges.
///
/// No path stands in a line of `#SBATCH`, where Slurm would read `%` in its own way: the logs' are below the working directory.
struct SlurmJobs: JobWriter {
  /// Of one shard, in minutes; nil for what the partition gives.
  var minutes: Int?
  /// Further options of `sbatch`, without line breaks.
  var options: [String] = []

  let scheduler = "Slurm"
  let tools = ["sbatch", "scontrol"]

  func files(for run: ShardedRun) -> [JobFile] {
    [
      JobFile(name: Self.starter, purpose: "submits the others", text: starter(run)),
      JobFile(name: "shards.sbatch", purpose: "one task of the array: one shard", text: shards(run)),
      JobFile(name: "merge.sbatch", purpose: "joins the shards when all have ended", text: merge(run)),
    ]
  }

  func nextSteps(for run: ShardedRun, in folder: String) -> [String] {
    [
      "squeue --me                      how the jobs stand",
      "viewfinder status \(ShellText.word(ShardedRun.path(run.output)))   how far the run is",
      "sh \(folder)/\(Self.starter) 3,7-9   these shards again, after a failure; without numbers all, and what is done ends at once",
    ]
  }

  private func starter(_ run: ShardedRun) -> String {
    """
    #!/bin/sh
    # Submits all shards as an array of Slurm jobs, and behind it the job that merges. Shards that are done end at once, so it may be
    # called again. Only some shards:  sh start.sh 3,7-9
    set -eu
    cd -- "$(dirname -- "$0")"
    mkdir -p logs
    shards=\(run.shards)
    # Tasks that run at the same time, like %8; empty for as many as the cluster has room for.
    limit=\(run.atOnce.map { "%\($0)" } ?? "")

    # An array can have fewer tasks than there are shards: then there are several. Under a limit one waits for the other.
    largest=$(scontrol show config | sed -n 's/^MaxArraySize *= *//p')
    largest=$((${largest:-1001} - 1))
    # Those that are wanted, as numbers and ranges.
    wanted=$(echo "${*:-1-$shards}" | tr ', ' '\\n\\n')
    arrays=
    before=0
    while [ "$before" -lt "$shards" ]; do
      part=
      for range in $wanted; do
        first=$((${range%-*} - before))
        last=$((${range#*-} - before))
        [ "$first" -ge 1 ] || first=1
        [ "$last" -le "$largest" ] || last=$largest
        if [ "$first" -eq "$last" ]; then part=$part,$first; elif [ "$first" -lt "$last" ]; then part=$part,$first-$last; fi
      done
      if [ "$part" ]; then
        after=
        [ -z "$limit" ] || [ -z "$arrays" ] || after=--dependency=afterany:${arrays##*:}
        array=$(sbatch --parsable --array="${part#,}$limit" $after shards.sbatch "$before")
        arrays=$arrays:${array%%;*}
      fi
      before=$((before + largest))
    done
    # Not afterok: that is never met once a task has been queued again. The merge sees for itself whether a shard is missing.
    merge=$(sbatch --parsable --dependency="afterany$arrays" merge.sbatch)
    echo "submitted: shards ${arrays#:}, merge ${merge%%;*}"

    """
  }

  private func shards(_ run: ShardedRun) -> String {
    let time = minutes.map { "#SBATCH --time=\($0)\n" } ?? ""
    return """
      #!/bin/bash
      # One task of an array of Slurm jobs: one shard of a run. `sh start.sh` submits it.
      #SBATCH --job-name=viewfinder
      #SBATCH --cpus-per-task=\(run.cores)
      #SBATCH --mem=\(run.memory.mebibytes)M
      \(time)\(extra)#SBATCH --output=logs/%A_%a.txt
      #SBATCH --open-mode=append
      # After the failure of a node it runs elsewhere; a minute before the time limit this script gets a SIGUSR1.
      #SBATCH --requeue
      #SBATCH --signal=B:USR1@60

      # The task's number, and how many shards the arrays before this one have.
      shard=$((${SLURM_ARRAY_TASK_ID:?submit this file with: sh start.sh} + ${1:-0}))
      # How often a shard may start again where a start has added no record.
      restarts=5

      echo "shard $shard of \(run.shards) on ${SLURMD_NODENAME:-$(hostname)}, start $((${SLURM_RESTART_COUNT:-0} + 1))"
      \(run.shellDirectory)
      manifest=\(ShellText.word(ShardedRun.path(run.output)))/$(printf 'manifest-%05d-of-%05d.jsonl' "$shard" \(run.shards))
      records() { cat "$manifest" 2>/dev/null | wc -l; }
      before=$(records)
      \(run.shellRun)
      echo "shard $shard ended with $code"

      # A SIGTERM before its time: `scancel`, and that is meant. Where the node is wanted for others, Slurm itself queues the task again.
      if [ "$ended" ] && [ -z "$late" ]; then exit "$code"; fi
      # 75: it stopped early (the time limit, a full disk) and goes on where it was. Above 128: it was killed. Both are worth another start.
      # All else is not: 64, 65, 66 and 78 say that the command, the pipeline, the input or the installation must be put right first.
      if [ "$code" -eq 75 ] || [ "$code" -gt 128 ]; then
        if [ "$(records)" -gt "$before" ] || [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ]; then
          scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID"
        fi
      fi
      exit "$code"

      """
  }

  private func merge(_ run: ShardedRun) -> String {
    """
    #!/bin/bash
    # Joins the shards' manifests. Ends with 65, and writes nothing, if a shard is missing.
    #SBATCH --job-name=viewfinder-merge
    #SBATCH --cpus-per-task=1
    #SBATCH --mem=\(run.memory.mebibytes)M
    \(extra)#SBATCH --output=logs/merge-%j.txt
    #SBATCH --requeue

    \(run.shellDirectory)
    exec \(ShellText.line(run.mergeWords))

    """
  }

  private var extra: String { options.map { "#SBATCH \($0)\n" }.joined() }
}

extension ByteCount {
  /// Rounded up.
  var mebibytes: Int { bytes / (1 << 20) + (bytes % (1 << 20) == 0 ? 0 : 1) }
}
