// The Train page, the dashboard alone, and the points that both draw.
export { Curves } from "./curves";
export { Dashboard } from "./Dashboard";
export { TrainPage } from "./TrainPage";
