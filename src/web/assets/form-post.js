// Submits the one form of the page (OAuth 2.0 Form Post Response Mode). Without scripts the page shows a button.
document.getElementById("form-post").submit();
