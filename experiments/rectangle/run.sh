#!/bin/sh
# The whole recipe of the rectangle: run.sh VIEWFINDER SHARED [OUT]
# Boxes and trainings in turns. What exists is not made again, and a training that was stopped goes on: run it until it is done.
set -eu
viewfinder=$1
data=$2/data
out=${3:-out/rectangle}
here=$(dirname "$0")
mkdir -p "$out"
list=$out/train.csv

if [ ! -e "$list" ]; then
  python3 "$here/list.py" "$data" > "$list.new"
  mv "$list.new" "$list"
fi

# teach OUTPUT OPTION...
teach() {
  output=$out/$1
  shift
  [ -e "$output" ] || "$viewfinder" teach "$list" --root "$data" --label-index imagenet_index --canvas 288 "$@" --output "$output"
}

# train OUTPUT BOXES
train() {
  [ -e "$out/$1" ] || "$viewfinder" train "$list" --root "$data" --label-index imagenet_index --hold-out 0 \
    --canvas 288 --learn attention --uprightness 0.8 --settings "$here/settings.json" --teacher "$out/$2" --output "$out/$1"
}

teach boxes-0.csv
train student-0.safetensors boxes-0.csv
teach boxes-1.csv --rectangle "$out/student-0.safetensors" --margin 1.15
train student-1.safetensors boxes-1.csv
teach boxes-2.csv --rectangle "$out/student-1.safetensors" --margin 1.25 --blend --merge "$out/boxes-1.csv"
train rectangle.safetensors boxes-2.csv
