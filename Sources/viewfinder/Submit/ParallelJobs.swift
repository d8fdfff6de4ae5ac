/// GNU parallel, on this machine or over ssh on some: for a handful of machines without a scheduler.
struct ParallelJobs: JobWriter {
  /// Hosts as `--sshlogin` takes them, like `8/host`; empty for this machine alone. Without line breaks.
  var logins: [String] = []
  /// How often a shard that fails is tried in one go, at least 1.
  var tries: Int

  let scheduler = "GNU parallel"
  let tools = ["parallel"]

  func files(for run: ShardedRun) -> [JobFile] {
    [
      JobFile(
        name: Self.starter, purpose: "runs the shards with GNU parallel, then merges", text: starter(run)),
      JobFile(name: "shard.sh", purpose: "one shard", text: shard(run)),
    ]
  }

  func nextSteps(for run: ShardedRun, in folder: String) -> [String] {
    [
      "viewfinder status \(ShellText.word(ShardedRun.path(run.output)))   how far the run is, from another terminal",
      "sh \(folder)/\(Self.starter)   goes on with what is missing, should it end early",
    ]
  }

  private func starter(_ run: ShardedRun) -> String {
    let logins = logins.map { " \\\n  --sshlogin \(ShellText.word($0))" }.joined()
    let remote = logins.isEmpty ? "" : " \\\n  --workdir \"$jobs\"\(logins)"
    return """
      #!/bin/sh
      # Runs all shards with GNU parallel, then merges. Called again it goes on with those that failed or were never begun.
      set -u
      cd -- "$(dirname -- "$0")" || exit 73
      jobs=$PWD
      mkdir -p logs
      rm -f refused.txt

      # joblog.txt has a line for every shard that has ended, with its exit code. Shards at the same time (on each host): --jobs.
      # When this is told to end, shards have a minute to finish what they have begun.
      seq 1 \(run.shards) | parallel --jobs \(jobs(run)) --joblog joblog.txt --resume-failed --retries \(tries) \\
        --termseq TERM,60000,KILL,25\(remote) sh shard.sh '{}'
      failed=$?

      if [ -s refused.txt ]; then
        cat refused.txt >&2
        # All begin again when what is wrong has been put right; those that are done end at once.
        rm -f joblog.txt
        exit "$(sed -n '1s/.* //p' refused.txt)"
      fi
      if [ "$failed" -ne 0 ]; then
        echo "shards are missing; see logs, then go on with: sh start.sh" >&2
        exit 75
      fi
      \(run.shellDirectory)
      \(ShellText.line(run.mergeWords)) && exit
      refused=$?
      # A shard may be missing that GNU parallel saw end well: with its log gone, all are looked at again.
      rm -f "$jobs/joblog.txt"
      exit "$refused"

      """
  }

  private func shard(_ run: ShardedRun) -> String {
    """
    #!/bin/sh
    # One shard of a run: start.sh has GNU parallel call it with the shard's number.
    shard=${1:?which shard?}
    jobs=$PWD
    exec >>"logs/$shard.txt" 2>&1
    \(run.shellDirectory)
    \(run.shellRun)
    echo "shard $shard ended with $code"

    # 64, 65, 66 and 78 say that the command, the pipeline, the input or the installation must be put right first. GNU parallel tries
    # again whatever fails, so it does not get to see these.
    case $code in
      64 | 65 | 66 | 78)
        echo "shard $shard cannot be run, see logs/$shard.txt: it ended with $code" >>"$jobs/refused.txt"
        exit 0
        ;;
    esac
    exit "$code"

    """
  }

  /// Shards on one host: by the cores it has, unless a number was given.
  private func jobs(_ run: ShardedRun) -> String {
    run.atOnce.map(String.init) ?? "\(max(1, 100 / run.cores))%"
  }
}
