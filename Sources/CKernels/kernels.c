#include "kernels.h"
void vf_kernel_placeholder(void) {}
