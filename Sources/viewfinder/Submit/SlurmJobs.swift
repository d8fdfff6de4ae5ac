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
    arrays=
    if [ $# -gt 0 ]; then
      array=$(sbatch --parsable --array="$1$limit" shards.sbatch 0)
      arrays=:${array%%;*}
    else
      before=0
      while [ "$before" -lt "$shards" ]; do
        tasks=$((shards - before))
        [ "$tasks" -le "$largest" ] || tasks=$largest
        after=
        [ -z "$limit" ] || [ -z "$arrays" ] || after=--dependency=afterany:${arrays##*:}
        array=$(sbatch --parsable --array="1-$tasks$limit" $after shards.sbatch "$before")
        arrays=$arrays:${array%%;*}
        before=$((before + tasks))
      done
    fi
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
      # After the failure of a node it runs elsewhere; a minute before the time limit this script gets a SIGTERM.
      #SBATCH --requeue
      #SBATCH --signal=B:TERM@60

      # The task's number, and how many shards the arrays before this one have.
      shard=$((${SLURM_ARRAY_TASK_ID:?submit this file with: sh start.sh} + ${1:-0}))
      # How often a shard may start again.
      restarts=5

      echo "shard $shard of \(run.shards) on ${SLURMD_NODENAME:-$(hostname)}, start $((${SLURM_RESTART_COUNT:-0} + 1))"
      \(run.shellDirectory)
      \(run.shellRun)
      echo "shard $shard ended with $code"

      # 75: it stopped early (a signal, a full disk) and goes on where it was. Above 128: it was killed. Both are worth another start.
      # All else is not: 64, 65, 66 and 78 say that the command, the pipeline, the input or the installation must be put right first.
      if [ "$code" -eq 75 ] || [ "$code" -gt 128 ]; then
        if [ "${SLURM_RESTART_COUNT:-0}" -lt "$restarts" ]; then
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
