/// A command to be typed, and what for.
struct ManualExample {
  let purpose: String
  let line: String

  init(_ purpose: String, _ line: String) {
    self.purpose = purpose
    self.line = line
  }

  /// Those of the program's own page.
  static let firstSteps = [
    ManualExample("Look at what is in a folder, without writing anything", "viewfinder classify PHOTOS"),
    ManualExample("Cut every photograph to its subject", "viewfinder crop PHOTOS --output CROPS --aspect 4:5"),
    ManualExample(
      "Crop and sort by a pipeline file, and look at the result in a browser",
      """
      viewfinder run crop-and-sort PHOTOS --output OUT
      viewfinder report OUT/manifest.jsonl --output SHEET
      """),
  ]

  /// By the name of the command. A test holds their options against those that there are.
  static let all: [String: [ManualExample]] = [
    "run": [
      ManualExample(
        "Crop and sort a tree of photographs, with a wider margin than the file says",
        "viewfinder run crop-and-sort.yaml PHOTOS --output OUT --set crop.margin=20%"),
      ManualExample(
        "Go on with a run that was stopped", "viewfinder run crop-and-sort.yaml PHOTOS --output OUT --resume"),
      ManualExample(
        "Take names from another program, whatever bytes they are made of",
        "find PHOTOS -newer STAMP -print0 | viewfinder run crop-and-sort.yaml --files-from - -0 --output OUT"),
    ],
    "crop": [
      ManualExample(
        "Portraits of at most 1600 pixels", "viewfinder crop PHOTOS --output CROPS --aspect 4:5 --longest 1600"),
      ManualExample(
        "Two shapes of each photograph of that run, without the network",
        "viewfinder crop --from CROPS/manifest.jsonl --output MORE --aspects 1:1,16:9"),
    ],
    "sort": [
      ManualExample(
        "Copy each photograph below its label, and the unsure ones apart",
        "viewfinder sort PHOTOS --output SORTED --min-score 30%"),
      ManualExample("Move them, and put them back", "viewfinder sort PHOTOS --output SORTED --mode move"),
    ],
    "annotate": [
      ManualExample("Draw rectangle and label on each photograph", "viewfinder annotate PHOTOS --output DRAWN")
    ],
    "classify": [
      ManualExample("Records on standard output", "viewfinder classify PHOTOS --top 3"),
      ManualExample("A manifest for report and export", "viewfinder classify PHOTOS --output OUT"),
    ],
    "undo": [ManualExample("Put moved photographs back", "viewfinder undo SORTED/manifest.jsonl")],
    "report": [
      ManualExample(
        "A page for the browser: open SHEET/index.html", "viewfinder report OUT/manifest.jsonl --output SHEET")
    ],
    "export": [
      ManualExample(
        "Boxes for training a detector, of the surer photographs only",
        "viewfinder export OUT/manifest.jsonl --format coco --output boxes.json --min-score 0.5")
    ],
    "validate": [ManualExample("All mistakes at once, with their places", "viewfinder validate MY.yaml")],
    "graph": [
      ManualExample("Arrows on the terminal", "viewfinder graph MY.yaml"),
      ManualExample("For a page in Markdown", "viewfinder graph MY.yaml --format mermaid"),
    ],
    "stages": [ManualExample("One stage with its options", "viewfinder stages crop")],
    "schema": [
      ManualExample("Let an editor complete and check", "viewfinder schema pipeline > pipeline.schema.json")
    ],
    "models": [
      ManualExample("The card of the model that ships", "viewfinder models default"),
      ManualExample("What it knows", "viewfinder models default --labels"),
    ],
    "train": [
      ManualExample(
        "Teach the classes of folders, and use the result",
        """
        viewfinder train PETS --output pets.safetensors
        viewfinder classify PHOTOS --model pets.safetensors
        """)
    ],
    "teach": [
      ManualExample(
        "A first round of boxes, and a rectangle that learns from them",
        """
        viewfinder teach PETS --model pets.safetensors --output boxes.csv
        viewfinder train PETS --model pets.safetensors --output rectangle.safetensors --teacher boxes.csv --learn attention --keep-classes
        """)
    ],
    "evaluate": [
      ManualExample(
        "Accuracy and calibration, with intervals", "viewfinder evaluate pets.safetensors PETS --subset test"),
      ManualExample(
        "Overlap with boxes that people drew",
        "viewfinder evaluate default PHOTOS --boxes boxes.csv --no-labels"),
    ],
    "compare": [
      ManualExample("What is done, and what is not", "viewfinder compare MY.yaml --data PHOTOS --list"),
      ManualExample(
        "Train the rest, and make the page", "viewfinder compare MY.yaml --data PHOTOS --page MY.md"),
    ],
    "import": [
      ManualExample(
        "A published checkpoint", "viewfinder import mobilenet.pth --output mobilenet.safetensors --half")
    ],
    "doctor": [ManualExample("After installing", "viewfinder doctor")],
    "bench": [
      ManualExample("The network alone", "viewfinder bench --network"),
      ManualExample("All of it, on photographs of yours", "viewfinder bench PHOTOS"),
    ],
    "manual": [
      ManualExample("Read a page without installing it", "viewfinder manual crop | man -l -"),
      ManualExample("Where man finds them", "viewfinder manual --output ~/.local/share/man"),
    ],
    "plan": [
      ManualExample(
        "Freeze the listing of a run in 32 shards",
        "viewfinder plan crop-and-sort.yaml PHOTOS --output OUT --shards 32")
    ],
    "submit": [
      ManualExample(
        "A run in 32 shards under Slurm",
        "viewfinder submit slurm crop-and-sort.yaml PHOTOS --output OUT --shards 32")
    ],
    "submit slurm": [
      ManualExample(
        "With a time limit for each shard, on one partition",
        "viewfinder submit slurm crop-and-sort.yaml PHOTOS --output OUT --shards 32 --time 45m --sbatch=--partition=long"
      )
    ],
    "submit parallel": [
      ManualExample(
        "On this machine and another",
        "viewfinder submit parallel crop-and-sort.yaml PHOTOS --output OUT --shards 32 --sshlogin : --sshlogin 8/node2"
      )
    ],
    "submit kubernetes": [
      ManualExample(
        "Eight pods at the same time, with what a claim holds",
        "viewfinder submit kubernetes crop-and-sort.yaml PHOTOS --output OUT --shards 32 --at-once 8 --image IMAGE --claim CLAIM --mount /data"
      )
    ],
    "status": [ManualExample("What is done, what runs, what has failed", "viewfinder status OUT")],
    "merge": [ManualExample("One manifest of 32 shards, or an error", "viewfinder merge OUT --expect 32")],
    "apply": [
      ManualExample(
        "Redo what the contact sheet's corrections name", "viewfinder apply OUT/manifest.jsonl corrections.json"
      )
    ],
    "explain": [ManualExample("Why a crop is what it is", "viewfinder explain PHOTO.jpg")],
  ]
}
