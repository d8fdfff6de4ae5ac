#include "bridge.h"
void vf_bridge_placeholder(void) {}
