#pragma once

/// A feature map: rows x columns x channels floats, channels innermost (NHWC without the N).
struct vf_map {
  int height;
  int width;
  int channels;
};

/// How a square kernel walks over a map. The padding before the first row and column may exceed what follows the
/// last one (TensorFlow's SAME at stride 2); what follows is implied by the output's size.
struct vf_walk {
  int kernel;
  int stride;
  int pad_top;
  int pad_left;
};

/// What is applied to a value after its bias.
enum vf_activation { VF_LINEAR = 0, VF_RELU = 1, VF_RELU6 = 2 };
